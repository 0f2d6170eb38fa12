/** Block Kit blocks, drawn as elements. */

import { h, icon, plain } from "./dom.js";
import { buildElement } from "./elements.js";
import { buildText, withEmoji } from "./mrkdwn.js";
import { buildRichText, buildTable } from "./richtext.js";

function buildPicture(image, isSmall) {
  const url = image.image_url ?? image.slack_file?.url ?? "";
  const title = !isSmall && image.title ? h("figcaption", {}, plain(image.title)) : null;
  const missing = () => h("span", { class: "picture-missing" }, image.alt_text || "Picture");
  const picture = h("img", { src: url, alt: image.alt_text ?? "", loading: "lazy", on: { error: () => picture.replaceWith(missing()) } });
  return isSmall ? picture : h("figure", {}, title, picture);
}

function buildSection(block, surface) {
  const accessory = block.accessory;
  const words = h("div", { class: "section-words" },
    block.text ? buildText(block.text, surface) : null,
    block.fields ? h("div", { class: "fields" }, block.fields.map((field) => buildText(field, surface))) : null);
  if (!accessory) return words;
  const isPicture = accessory.type === "image";
  const drawn = isPicture ? buildPicture(accessory, true) : buildElement(accessory, block, surface, { "aria-label": labelOf(block) });
  return h("div", { class: "section" }, words, h("div", { class: isPicture ? "accessory picture" : "accessory" }, drawn));
}

function labelOf(block) {
  return plain(block.text).replaceAll(/[*_~`]|<[^>|]*\|?|>/g, "").slice(0, 100);
}

function buildAlert(block, surface) {
  const level = ["info", "warning", "error", "success"].includes(block.level) ? block.level : "info";
  return h("div", { class: `alert ${level}`, role: level === "error" ? "alert" : "note" },
    icon(level === "error" ? "warning" : level), buildText(block.text, surface));
}

const GROUPED = ["checkboxes", "radio_buttons", "multi_static_select", "multi_users_select", "multi_conversations_select", "multi_channels_select", "multi_external_select"];

function buildInput(block, surface) {
  const element = block.element;
  const base = `${surface.id}-${block.block_id}`.replaceAll(/[^\w-]/g, "_");
  const problem = surface.errors?.[block.block_id];
  const isGroup = GROUPED.includes(element.type);
  const described = [block.hint && `${base}-hint`, problem && `${base}-error`].filter(Boolean).join(" ");
  const optional = block.optional ? h("span", { class: "optional" }, " (optional)") : null;
  const words = [withEmoji(plain(block.label)), optional];
  const label = isGroup
    ? h("div", { class: "label", id: `${base}-label` }, words)
    : h("label", { class: "label", id: `${base}-label`, for: base }, words);
  const control = buildElement(element, block, surface, {
    id: base,
    "aria-labelledby": isGroup ? `${base}-label` : null,
    "aria-describedby": described || null,
    "aria-invalid": problem ? "true" : null,
    "aria-required": block.optional || isGroup ? null : "true",
  });
  return h("div", { class: problem ? "field invalid" : "field", data: { testid: `field-${block.block_id}` } },
    label,
    control,
    block.hint ? h("p", { class: "hint", id: `${base}-hint` }, withEmoji(plain(block.hint))) : null,
    problem ? h("p", { class: "problem", id: `${base}-error` }, icon("warning"), problem) : null);
}

function buildBlock(block, surface) {
  switch (block.type) {
    case "header":
      return h(surface.kind === "modal" ? "h3" : "h2", { class: "block-header" }, withEmoji(plain(block.text)));
    case "section":
      return buildSection(block, surface);
    case "context":
      return h("div", { class: "context" }, block.elements.map((one) => (one.type === "image" ? buildPicture(one, true) : buildText(one, surface))));
    case "actions":
      return h("div", { class: "actions" }, block.elements.map((one) => buildElement(one, block, surface)));
    case "divider":
      return h("hr");
    case "image":
      return buildPicture(block, false);
    case "rich_text":
      return buildRichText(block, surface);
    case "markdown":
      return buildText({ type: "mrkdwn", text: block.text.replaceAll("**", "*") }, surface);
    case "table":
      return buildTable(block, surface);
    case "input":
      return buildInput(block, surface);
    case "alert":
      return buildAlert(block, surface);
    default:
      return h("p", { class: "hint" }, `A block of type “${block.type}” stands here; this playground does not draw it.`);
  }
}

/**
 * Draw the blocks of a message, a view or the Home tab.
 *
 * A surface says who reads and what happens: `kind`, `id`, `me`, `people`,
 * `channels`, `channel`, `now()`, `errors`, `get(block, action)`,
 * `set(block, element, value)` and `act(block, element, value)`.
 */
export function buildBlocks(blocks, surface) {
  return h("div", { class: "blocks" }, (blocks ?? []).map((block, index) => {
    const named = { ...block, block_id: block.block_id ?? `block-${index}` };
    return h("div", { class: `block block-${block.type}`, data: { block: named.block_id } }, buildBlock(named, surface));
  }));
}
