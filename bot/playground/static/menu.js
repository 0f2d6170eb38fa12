/** A small menu of actions under a button. */

import { h } from "./dom.js";

let close = () => {};

/** Open a menu of `{label, choose}` at a button, with the keyboard a menu has. */
export function openMenu(button, items) {
  const wasOpen = button.getAttribute("aria-expanded") === "true";
  close();
  if (wasOpen) return;
  const rows = items.map((item) => h("button", {
    type: "button", role: "menuitem", tabindex: "-1",
    on: { click: () => {
      close();
      button.focus();
      item.choose();
    } },
  }, item.label));
  const menu = h("div", { class: "menu", role: "menu", on: { keydown: move } }, rows);
  const outside = (event) => {
    if (!menu.contains(event.target) && !button.contains(event.target)) close();
  };
  function move(event) {
    const at = rows.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") {
      event.stopPropagation();
      close();
      button.focus();
    } else if (next !== undefined) {
      event.preventDefault();
      rows.at(next % rows.length).focus();
    }
  }
  close = () => {
    menu.remove();
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside);
    close = () => {};
  };
  document.addEventListener("pointerdown", outside);
  button.setAttribute("aria-expanded", "true");
  button.after(menu);
  // The menu opens towards the side that has room.
  if (menu.getBoundingClientRect().right > document.documentElement.clientWidth - 8) menu.classList.add("leftwards");
  if (menu.getBoundingClientRect().bottom > window.innerHeight - 8) menu.classList.add("upwards");
  rows[0]?.focus();
}
