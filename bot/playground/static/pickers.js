/** Menus that take several choices. */

import { h, icon, plain } from "./dom.js";
import { listOptions } from "./options.js";

const MANY = 7;
// Which pickers stand open, so that a redraw does not close them.
const open = new Set();

/** Draw a menu of several choices: the chosen ones, and a list to tick. */
export function buildManyPicker(element, attributes, surface, current, change) {
  const groups = listOptions(element, surface);
  const all = groups.flatMap((group) => group.options);
  const key = attributes.data.focus;
  const chosen = new Set(current);
  const limit = element.max_selected_items ?? Infinity;
  const placeholder = plain(element.placeholder) || "Choose…";
  const summary = h("span", {});
  const boxes = all.map((option, index) => h("input", {
    type: "checkbox", value: option.value, checked: chosen.has(option.value), data: { focus: `${key}|${index}` }, on: { change: update },
  }));
  const rows = all.map((option, index) => h("label", { class: "choice" }, boxes[index],
    h("span", {}, option.label, option.note ? h("span", { class: "hint" }, option.note) : null)));
  const filter = all.length > MANY
    ? h("input", { type: "search", placeholder: "Search", "aria-label": "Search the choices", on: { input: narrow } })
    : null;
  const panel = h("div", { class: "picker-list", role: "group", "aria-label": placeholder, hidden: !open.has(key) }, filter, rows);
  const button = h("button", {
    ...attributes, type: "button", class: "picker-button", "aria-expanded": String(open.has(key)), "aria-labelledby": null,
    "aria-required": null, on: { click: toggle },
  }, summary, icon("down"));

  function toggle() {
    panel.hidden = !panel.hidden;
    button.setAttribute("aria-expanded", String(!panel.hidden));
    if (panel.hidden) open.delete(key);
    else open.add(key);
  }
  function narrow() {
    const wanted = filter.value.toLowerCase();
    rows.forEach((row, index) => { row.hidden = !all[index].label.toLowerCase().includes(wanted); });
  }
  function describe() {
    const labels = all.filter((option) => chosen.has(option.value)).map((option) => option.label);
    summary.textContent = labels.join(", ") || placeholder;
    summary.className = labels.length ? "" : "placeholder";
    boxes.forEach((box) => { box.disabled = !box.checked && chosen.size >= limit; });
  }
  function update() {
    for (const box of boxes) {
      if (box.checked) chosen.add(box.value);
      else chosen.delete(box.value);
    }
    describe();
    change([...chosen], button);
  }

  describe();
  return h("div", {
    class: "picker", role: "group", "aria-labelledby": attributes["aria-labelledby"], "aria-label": attributes["aria-label"],
    on: { keydown: (event) => {
      if (event.key !== "Escape" || panel.hidden) return;
      event.stopPropagation();
      toggle();
      button.focus();
    } },
  }, button, panel);
}
