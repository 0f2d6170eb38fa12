/** What the fields of a view hold, in the simple form the playground's server takes. */

import { plain } from "./dom.js";
import { textOfRichText } from "./richtext.js";

/** Give what an element holds before anyone touched it; `null` for nothing. */
function initialValue(element, surface) {
  if (element.initial_options) return element.initial_options.map((option) => option.value);
  if (element.initial_option) return element.initial_option.value;
  if (element.type === "rich_text_input") return element.initial_value ? textOfRichText(element.initial_value) : null;
  if (element.default_to_current_conversation && surface?.channel) {
    if (element.type === "conversations_select") return element.initial_conversation ?? surface.channel;
    return element.initial_conversations ?? [surface.channel];
  }
  return (
    element.initial_value ?? element.initial_user ?? element.initial_users ?? element.initial_conversation ?? element.initial_conversations ??
    element.initial_channel ?? element.initial_channels ?? element.initial_date ?? element.initial_time ?? element.initial_date_time ?? null
  );
}

/** Give what an element holds: what the person left there (`null` when emptied), else what it began with. */
export function valueOf(block, element, surface) {
  const held = surface.get(block.block_id, element.action_id);
  return held === undefined ? initialValue(element, surface) : held;
}

/** List `[block, element]` of everything in a view that holds a value. */
export function listHolders(blocks) {
  const isHolder = (element) => element && !["button", "overflow", "image", "workflow_button"].includes(element.type);
  return (blocks ?? []).flatMap((block) =>
    [block.element, block.accessory, ...(block.type === "actions" ? block.elements : [])]
      .filter(isHolder)
      .map((element) => [block, element]));
}

/** Gather the values of a view: what was typed, else what the view began with. */
export function gatherValues(blocks, surface) {
  const values = {};
  for (const [block, element] of listHolders(blocks)) {
    values[block.block_id] ??= {};
    values[block.block_id][element.action_id] = valueOf(block, element, surface);
  }
  return values;
}

const isEmpty = (value) => value === null || value === undefined || (value.length === 0 && typeof value !== "number") || (typeof value === "string" && !value.trim());

function checkOne(element, value) {
  const number = Number(value);
  switch (element.type) {
    case "number_input":
      if (!/^-?\d+(\.\d+)?$/.test(value.trim())) return "Enter a number.";
      if (!element.is_decimal_allowed && !Number.isInteger(number)) return "Enter a whole number.";
      if (element.min_value !== undefined && number < Number(element.min_value)) return `Enter ${element.min_value} or more.`;
      if (element.max_value !== undefined && number > Number(element.max_value)) return `Enter ${element.max_value} or less.`;
      return null;
    case "url_text_input":
      return URL.canParse(value.trim()) ? null : "Enter a whole web address, such as https://example.org.";
    case "email_text_input":
      return /^\S+@\S+\.\S+$/.test(value.trim()) ? null : "Enter an e-mail address, such as name@example.org.";
    default:
      if (element.min_length && value.length < element.min_length) return `Write at least ${element.min_length} characters.`;
      if (element.max_length && value.length > element.max_length) {
        return `Use at most ${element.max_length.toLocaleString("en")} characters; there are ${value.length.toLocaleString("en")}.`;
      }
      if (element.max_selected_items && value.length > element.max_selected_items) return `Choose at most ${element.max_selected_items}.`;
      return null;
  }
}

/** Find what Slack itself would refuse before asking the app, as `{block_id: sentence}`. */
export function findProblems(blocks, values) {
  const problems = {};
  for (const block of blocks ?? []) {
    if (block.type !== "input") continue;
    const value = values[block.block_id]?.[block.element.action_id];
    const problem = isEmpty(value)
      ? (block.optional ? null : `${plain(block.label) || "This field"} is required.`)
      : checkOne(block.element, value);
    if (problem) problems[block.block_id] = problem;
  }
  return problems;
}
