/** What the fields of a view hold, in the simple form the playground's server takes. */

/** Give what an element holds before anyone touched it; `null` for nothing. */
function initialValue(element, surface) {
  if (element.initial_options) return element.initial_options.map((option) => option.value);
  // The app gives these options while one types, so the option itself is the value.
  if (element.type === "external_select") return element.initial_option ?? null;
  if (element.initial_option) return element.initial_option.value;
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
