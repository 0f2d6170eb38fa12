/** Block Kit elements a person can press, choose from or type into. */

import { h, icon, plain } from "./dom.js";
import { askToConfirm } from "./layers.js";
import { openMenu } from "./menu.js";
import { buildText, withEmoji } from "./mrkdwn.js";
import { listOptions } from "./options.js";
import { buildManyPicker } from "./pickers.js";
import { textOfRichText } from "./richtext.js";
import { buildSearchPicker } from "./search.js";
import { cityOf, fromLocal, toLocal } from "./time.js";
import { valueOf } from "./values.js";

/** Ask first where the element wants it, then act. */
async function actConfirmed(block, element, surface, value, control, undo) {
  const confirm = element.confirm;
  if (confirm && !(await askToConfirm(confirm, surface))) {
    undo?.();
    return;
  }
  control?.setAttribute("aria-busy", "true");
  try {
    await surface.act(block, element, value);
  } finally {
    control?.removeAttribute("aria-busy");
  }
}

/** Say whether a change of this element is told to the app at once. */
function isDispatched(block) {
  return block.type !== "input" || block.dispatch_action === true;
}

function change(block, element, surface, value, control, undo) {
  surface.set(block, element, value);
  if (isDispatched(block)) return actConfirmed(block, element, surface, value, control, undo);
  return undefined;
}

function keyed(block, element, surface, attributes, suffix = "") {
  return {
    ...attributes,
    data: { focus: `${surface.id}|${block.block_id}|${element.action_id ?? ""}${suffix}`, action: element.action_id },
  };
}

function buildButton(element, block, surface) {
  const attributes = keyed(block, element, surface, {
    class: `button ${element.style ?? ""}`.trim(),
    "aria-label": element.accessibility_label,
  });
  const press = () => {
    if (button.getAttribute("aria-busy") !== "true") actConfirmed(block, element, surface, element.value, button);
  };
  const isLink = /^https?:/i.test(element.url ?? "");
  const button = isLink
    ? h("a", { ...attributes, href: element.url, target: "_blank", rel: "noopener noreferrer", on: { click: press } }, withEmoji(plain(element.text)))
    : h("button", { ...attributes, type: "button", on: { click: press } }, withEmoji(plain(element.text)));
  return button;
}

function buildSelect(element, block, surface, attributes) {
  const current = valueOf(block, element, surface);
  const groups = listOptions(element, surface);
  const build = (option) => h("option", { value: option.value, selected: option.value === current }, option.label);
  const isKnown = groups.some((group) => group.options.some((option) => option.value === current));
  const placeholder = plain(element.placeholder) || "Choose…";
  const mayClear = block.type === "input" && block.optional;
  const select = h("select", {
    ...keyed(block, element, surface, attributes),
    on: { change: () => change(block, element, surface, select.value || null, select, () => { select.value = current ?? ""; }) },
  },
  h("option", { value: "", selected: !isKnown, disabled: !mayClear }, placeholder),
  groups.map((group) => (group.label ? h("optgroup", { label: group.label }, group.options.map(build)) : group.options.map(build))));
  if (!isKnown) select.value = "";
  return h("span", { class: "select" }, select, icon("down"));
}

function buildChoices(element, block, surface, attributes) {
  const isMany = element.type === "checkboxes";
  const current = valueOf(block, element, surface) ?? (isMany ? [] : null);
  const name = `${surface.id}|${block.block_id}|${element.action_id}`;
  const choices = element.options.map((option, index) => {
    const box = h("input", {
      type: isMany ? "checkbox" : "radio", name, value: option.value,
      checked: isMany ? current.includes(option.value) : current === option.value,
      ...keyed(block, element, surface, { "aria-describedby": attributes["aria-describedby"] }, `|${index}`),
      on: { change: update },
    });
    return h("label", { class: "choice" }, box,
      h("span", {}, buildText(option.text, surface), option.description ? h("span", { class: "hint" }, buildText(option.description, surface)) : null));
  });
  function update() {
    const chosen = [...group.querySelectorAll("input:checked")].map((box) => box.value);
    change(block, element, surface, isMany ? chosen : chosen[0] ?? null, group);
  }
  const group = h("div", { ...attributes, "aria-invalid": null, class: "choices", role: isMany ? "group" : "radiogroup" }, choices);
  return group;
}

function buildOverflow(element, block, surface) {
  const button = h("button", {
    type: "button", class: "button quiet square", "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": "More actions",
    ...keyed(block, element, surface, {}),
    on: { click: () => openMenu(button, element.options.map((option) => ({
      label: withEmoji(plain(option.text)),
      choose: () => {
        if (/^https?:/i.test(option.url ?? "")) window.open(option.url, "_blank", "noopener");
        actConfirmed(block, element, surface, option.value, button);
      },
    }))) },
  }, icon("more"));
  return h("span", { class: "menu-anchor" }, button);
}

const TEXT_KINDS = {
  plain_text_input: { type: "text" },
  rich_text_input: { type: "text" },
  url_text_input: { type: "url", inputmode: "url", placeholder: "https://" },
  email_text_input: { type: "email", inputmode: "email" },
  // A number field of the browser hides what was typed wrong, so this is text.
  number_input: { type: "text", inputmode: "decimal" },
};

function buildTyped(element, block, surface, attributes) {
  const held = valueOf(block, element, surface) ?? "";
  // Rich text is shown, and changed, as its words.
  const current = typeof held === "object" ? textOfRichText(held) : held;
  const isLong = element.multiline || element.type === "rich_text_input";
  const kind = TEXT_KINDS[element.type];
  const limit = element.max_length;
  const count = limit ? h("span", { class: "count" }) : null;
  const recount = () => {
    if (!count) return;
    count.textContent = `${field.value.length.toLocaleString("en")} of ${limit.toLocaleString("en")}`;
    count.hidden = !isLong && field.value.length < limit * 0.8;
    count.classList.toggle("over", field.value.length > limit);
  };
  let timer;
  const onTyping = element.dispatch_action_config?.trigger_actions_on?.includes("on_character_entered");
  const field = h(isLong ? "textarea" : "input", {
    ...keyed(block, element, surface, attributes),
    type: isLong ? null : kind.type, rows: isLong ? 5 : null, inputmode: kind.inputmode,
    placeholder: plain(element.placeholder) || kind.placeholder, autocomplete: "off", value: current,
    on: {
      input: () => {
        surface.set(block, element, field.value);
        recount();
        if (onTyping && isDispatched(block)) {
          clearTimeout(timer);
          timer = setTimeout(() => surface.act(block, element, field.value), 500);
        }
      },
      keydown: (event) => {
        if (event.key !== "Enter" || isLong || !isDispatched(block)) return;
        event.preventDefault();
        actConfirmed(block, element, surface, field.value, field);
      },
    },
  });
  if (isLong) field.value = current;
  recount();
  return count ? h("div", { class: "counted" }, field, count) : field;
}

function buildDatePart(element, block, surface, attributes) {
  const type = { datepicker: "date", timepicker: "time", datetimepicker: "datetime-local" }[element.type];
  const zone = surface.me.tz;
  const current = valueOf(block, element, surface);
  const isMoment = element.type === "datetimepicker";
  const shown = isMoment && current ? toLocal(new Date(current * 1000), zone) : current ?? "";
  const field = h("input", {
    ...keyed(block, element, surface, attributes), type, value: shown,
    on: { change: () => {
      const at = isMoment && field.value ? fromLocal(field.value, zone) : null;
      const value = isMoment ? at && at.getTime() / 1000 : field.value || null;
      if (value === valueOf(block, element, surface)) return;
      change(block, element, surface, value, field);
    } },
  });
  const note = isMoment ? `${cityOf(zone)} time` : element.timezone && `${cityOf(element.timezone)} time`;
  return h("span", { class: "dated" }, field, note ? h("span", { class: "hint" }, note) : null);
}

function buildFiles(element, block, surface, attributes) {
  const read = async (file) => {
    const bytes = new Uint8Array(await file.arrayBuffer());
    let binary = "";
    for (const byte of bytes) binary += String.fromCharCode(byte);
    return { name: file.name, mimetype: file.type, size: file.size, base64: btoa(binary) };
  };
  const kept = valueOf(block, element, surface) ?? [];
  const names = h("p", { class: "hint" }, kept.map((file) => file.name ?? file).join(", "));
  const field = h("input", {
    ...keyed(block, element, surface, attributes), type: "file", multiple: (element.max_files ?? 10) > 1,
    accept: element.filetypes?.map((kind) => `.${kind}`).join(","),
    on: { change: async () => {
      const files = await Promise.all([...field.files].slice(0, element.max_files ?? 10).map(read));
      names.textContent = files.map((file) => file.name).join(", ");
      change(block, element, surface, files, field);
    } },
  });
  return h("div", { class: "files-field" }, field, names);
}

/** Draw one element of a block; `attributes` name and describe it. */
export function buildElement(element, block, surface, attributes = {}) {
  const named = element.type === "button" ? {} : { "aria-label": labelFor(element, attributes), ...attributes };
  const apply = (value, control) => change(block, element, surface, value, control);
  switch (element.type) {
    case "button":
    case "workflow_button":
      return buildButton(element, block, surface);
    case "image":
      return h("img", { src: element.image_url, alt: element.alt_text ?? "" });
    case "static_select":
    case "users_select":
    case "conversations_select":
    case "channels_select":
      return buildSelect(element, block, surface, named);
    case "multi_static_select":
    case "multi_users_select":
    case "multi_conversations_select":
    case "multi_channels_select":
      return buildManyPicker(element, keyed(block, element, surface, named), surface, valueOf(block, element, surface) ?? [], apply);
    case "external_select":
      return buildSearchPicker(element, block, keyed(block, element, surface, named), surface, valueOf(block, element, surface), apply);
    case "overflow":
      return buildOverflow(element, block, surface);
    case "checkboxes":
    case "radio_buttons":
      return buildChoices(element, block, surface, named);
    case "datepicker":
    case "timepicker":
    case "datetimepicker":
      return buildDatePart(element, block, surface, named);
    case "file_input":
      return buildFiles(element, block, surface, named);
    default:
      if (element.type in TEXT_KINDS) return buildTyped(element, block, surface, named);
      return h("span", { class: "hint" }, `(${element.type})`);
  }
}

function labelFor(element, attributes) {
  if (attributes.id || attributes["aria-labelledby"]) return null;
  return plain(element.placeholder) || element.type.replaceAll("_", " ");
}
