/** What the menus of Block Kit offer. */

import { nameOf, plain } from "./dom.js";
import { withEmoji } from "./mrkdwn.js";

const own = (option) => ({ value: option.value, label: withEmoji(plain(option.text)), note: plain(option.description) });

/** List what a menu offers as groups of `{label, options: [{value, label, note}]}`. */
export function listOptions(element, surface) {
  const kind = element.type.replace("multi_", "");
  if (kind === "users_select") {
    return [{ options: surface.people.map((person) => ({ value: person.id, label: nameOf(person) })) }];
  }
  if (kind === "conversations_select" || kind === "channels_select") {
    const wanted = element.filter?.include;
    const fits = (channel) => !wanted || wanted.includes(channel.is_private ? "private" : "public");
    return [{ options: surface.channels.filter(fits).map((channel) => ({ value: channel.id, label: `#${channel.name}` })) }];
  }
  if (element.option_groups) {
    return element.option_groups.map((group) => ({ label: plain(group.label), options: group.options.map(own) }));
  }
  return [{ options: (element.options ?? []).map(own) }];
}
