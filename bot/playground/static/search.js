/** The field that asks the app for its choices while one types. */

import { h, plain } from "./dom.js";

const DEFAULT_LEAST = 3;
const PAUSE_MS = 250;

/**
 * Draw a field with the app's choices under it.
 *
 * The app alone decides what fits: a country finds its cities. So this is no
 * `datalist`, which would hide the choices that do not contain what was typed.
 */
export function buildSearchPicker(element, block, attributes, surface, current, change) {
  const listId = `${attributes.data.focus}-choices`.replaceAll(/[^\w-]/g, "_");
  const least = element.min_query_length ?? DEFAULT_LEAST;
  let chosen = current;
  let offered = [];
  let active = -1;
  let asked = 0;
  let timer;

  const status = h("p", { class: "hint", role: "status" });
  const list = h("ul", { id: listId, class: "picker-list", role: "listbox", "aria-label": "Choices", hidden: true, on: {
    // The field keeps the focus, so that leaving it means leaving.
    mousedown: (event) => event.preventDefault(),
  } });
  const field = h("input", {
    ...attributes, type: "text", value: plain(chosen?.text), placeholder: plain(element.placeholder) || "Type to search",
    role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": listId,
    on: { input: askSoon, keydown: move, blur: leave, focus: start, click: start },
  });

  /** What was chosen is written over, not into. */
  function start() {
    if (field.value !== plain(chosen?.text)) return;
    field.select();
    if (least === 0 && list.hidden) askSoon();
  }

  function askSoon() {
    clearTimeout(timer);
    // An answer that comes after more was typed is no answer to that.
    asked += 1;
    if (field.value.length < least) close();
    else timer = setTimeout(ask, PAUSE_MS, asked);
  }
  async function ask(number) {
    const options = await surface.suggest(block, element, field.value);
    if (number !== asked || document.activeElement !== field) return;
    show(options ?? []);
    if (!options) status.textContent = "The choices could not be loaded.";
    else if (!options.length) status.textContent = "Nothing found.";
    else status.textContent = "";
  }
  function show(options) {
    offered = options;
    list.replaceChildren(...options.map((option, index) => h("li", {
      id: `${listId}-${index}`, role: "option", "aria-selected": "false", data: { value: option.value }, on: { click: () => choose(option) },
    }, plain(option.text), option.description ? h("span", { class: "hint" }, plain(option.description)) : null)));
    list.hidden = options.length === 0;
    field.setAttribute("aria-expanded", String(!list.hidden));
    point(options.length ? 0 : -1);
  }
  function point(index) {
    active = index;
    [...list.children].forEach((row, place) => row.setAttribute("aria-selected", String(place === index)));
    if (index < 0) {
      field.removeAttribute("aria-activedescendant");
      return;
    }
    field.setAttribute("aria-activedescendant", list.children[index].id);
    list.children[index].scrollIntoView({ block: "nearest" });
  }
  function close() {
    clearTimeout(timer);
    asked += 1;
    status.textContent = "";
    show([]);
  }
  function choose(option) {
    chosen = option;
    field.value = plain(option?.text);
    close();
    change(option, field);
  }
  function leave() {
    const isEmptied = field.value === "" && block.type === "input" && block.optional;
    if (isEmptied && chosen) {
      choose(null);
      return;
    }
    field.value = plain(chosen?.text);
    close();
  }
  function move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter") {
      // Enter chooses; it never sends a form with half a word in it.
      event.preventDefault();
      if (active >= 0) choose(offered[active]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      field.value = plain(chosen?.text);
      close();
    } else if (step && offered.length) {
      event.preventDefault();
      point((active + step + offered.length) % offered.length);
    }
  }

  return h("span", { class: "search-picker" }, field, list, status);
}
