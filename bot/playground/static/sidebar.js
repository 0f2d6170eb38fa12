/** The side of the page: who one is, and where one can go. */

import { avatar, h, icon, keepFocus, nameOf } from "./dom.js";
import { cityOf, writeTime } from "./time.js";

function buildPerson(person, state, now, onPerson) {
  const isMe = person.id === state.me.id;
  return h("li", {}, h("button", {
    type: "button", class: "person", "aria-current": isMe ? "true" : null,
    data: { testid: `person-${person.id}`, focus: `person-${person.id}` }, on: { click: () => onPerson(person.id) },
  },
  avatar(person),
  h("span", { class: "person-words" },
    h("span", { class: "person-name" }, nameOf(person)),
    h("span", { class: "person-note" }, `${person.is_admin ? "Staff" : "Member"} · ${cityOf(person.tz)} ${writeTime(now, person.tz)}`))));
}

function buildPlace(place, current, onPlace) {
  const unread = place.unread > 0 && place.id !== current;
  return h("li", {}, h("button", {
    type: "button", class: unread ? "place unread" : "place", "aria-current": place.id === current ? "page" : null,
    data: { testid: place.testid, focus: place.testid }, on: { click: () => onPlace(place.id) },
  },
  icon(place.icon), h("span", { class: "place-name" }, place.name),
  unread ? h("span", { class: "badge" }, String(place.unread), h("span", { class: "unseen" }, " unread")) : null));
}

/** Draw the side; `onPerson` and `onPlace` are told what was chosen. */
export function syncSidebar(node, state, place, now, { onPerson, onPlace, onClose }) {
  const restore = keepFocus();
  const scroll = node.scrollTop;
  const group = (title, items) => h("section", {}, h("h2", {}, title), h("ul", { role: "list" }, items));
  node.replaceChildren(
    h("div", { class: "workspace" }, avatar(null),
      h("div", { class: "workspace-words" }, h("strong", {}, state.workspace.name), h("span", {}, "Playground")),
      h("button", { type: "button", class: "button quiet square only-narrow", "aria-label": "Close the menu", data: { focus: "close-menu" }, on: { click: onClose } }, icon("close"))),
    group("Channels", state.channels.map((channel) => buildPlace(
      { ...channel, icon: channel.is_private ? "lock" : "hash", testid: `channel-${channel.id}` }, place, onPlace))),
    group("Seminar Bot", [
      state.has_home ? buildPlace({ id: "home", name: "Home", unread: 0, icon: "home", testid: "home" }, place, onPlace) : null,
      ...state.dms.map((dm) => buildPlace({ ...dm, name: state.dms.length > 1 ? dm.name : "Messages", icon: "chat", testid: `channel-${dm.id}` }, place, onPlace)),
    ]),
    group("You are", state.people.map((person) => buildPerson(person, state, now, onPerson))));
  node.scrollTop = scroll;
  restore();
}
