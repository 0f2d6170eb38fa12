/** The bar that shows the workspace's time and moves it. */

import { h, icon, keepFocus } from "./dom.js";
import { cityOf, fromLocal, toLocal, writeMoment } from "./time.js";

let isOpen = false;
let draft = null;

/** Draw the bar; `move` takes `{to}` or `{by_seconds}`. */
export function syncClock(node, state, now, move) {
  const restore = keepFocus();
  const zone = state.me.tz;
  const go = (change) => () => {
    isOpen = false;
    draft = null;
    move(change);
  };
  const chip = (label, testid, change, note) => h("button", {
    type: "button", class: "chip", title: note, data: { testid, focus: testid }, on: { click: go(change) },
  }, label);
  const field = h("input", {
    type: "datetime-local", id: "clock-field", value: draft ?? toLocal(now, zone), data: { testid: "clock-field", focus: "clock-field" },
    on: { input: () => { draft = field.value; } },
  });
  const set = (event) => {
    event.preventDefault();
    const at = fromLocal(field.value, zone);
    if (at) go({ to: at.toISOString() })();
  };
  const toggle = h("button", {
    type: "button", class: "chip", "aria-expanded": String(isOpen), "aria-controls": "clock-panel", data: { testid: "clock-toggle", focus: "clock-toggle" },
    on: { click: () => {
      isOpen = !isOpen;
      syncClock(node, state, now, move);
    } },
  }, "Move the clock", icon("down"));
  const marks = state.clock.marks ?? [];
  node.replaceChildren(
    h("div", { class: "clock-line" },
      h("p", { class: "clock-now" }, icon("clock"),
        h("span", { class: "clock-words" },
          h("time", { datetime: now.toISOString(), data: { testid: "clock-now" } }, writeMoment(now, zone)),
          h("span", { class: "clock-zone" }, `${cityOf(zone)} time`))),
      h("div", { class: "clock-steps", hidden: state.clock.movable === false },
        chip("+1 hour", "clock-hour", { by_seconds: 3600 }),
        chip("+1 day", "clock-day", { by_seconds: 86_400 }),
        toggle)),
    h("div", { id: "clock-panel", class: "clock-panel", hidden: !isOpen || state.clock.movable === false },
      marks.length ? h("ul", { class: "clock-marks", role: "list", "aria-label": "Moments to jump to" }, marks.map((mark, index) => {
        const at = new Date(mark.at);
        return h("li", {}, h("button", {
          type: "button", class: "mark", data: { testid: `clock-mark-${index}`, focus: `clock-mark-${index}` }, on: { click: go({ to: mark.at }) },
        }, h("span", {}, mark.label), h("span", { class: "hint" }, writeMoment(at, zone))));
      })) : null,
      h("form", { class: "clock-form", on: { submit: set } },
        h("label", { for: "clock-field" }, `Another moment, ${cityOf(zone)} time`),
        h("span", { class: "clock-set" }, field, h("button", { type: "submit", class: "button", data: { testid: "clock-set", focus: "clock-set" } }, "Set")))));
  restore();
}
