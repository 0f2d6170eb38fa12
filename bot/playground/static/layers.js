/** Dialogs that lie over the page: the trap for the focus, confirmations, and toasts. */

import { h, icon, plain } from "./dom.js";
import { buildText } from "./mrkdwn.js";

const layers = () => document.getElementById("layers");
const FOCUSABLE = "a[href],button:not([disabled]),input:not([disabled]),select:not([disabled]),textarea:not([disabled]),[tabindex='0']";

function settle() {
  const stack = [...layers().children];
  document.getElementById("shell").inert = stack.length > 0;
  stack.forEach((layer, index) => { layer.inert = index < stack.length - 1; });
  document.documentElement.classList.toggle("has-layer", stack.length > 0);
}

/** Put a dialog over everything; the focus stays inside, and Escape calls `onEscape`. */
export function pushLayer(dialog, onEscape) {
  const layer = h("div", { class: "layer", on: { keydown: (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      onEscape();
    }
    if (event.key !== "Tab") return;
    const stops = [...layer.querySelectorAll(FOCUSABLE)].filter((one) => one.offsetParent !== null);
    const [first, last] = [stops[0], stops.at(-1)];
    const isOut = !stops.includes(document.activeElement);
    if (event.shiftKey && (document.activeElement === first || isOut)) {
      event.preventDefault();
      last?.focus();
    } else if (!event.shiftKey && document.activeElement === last) {
      event.preventDefault();
      first?.focus();
    }
  } } }, dialog);
  // Who opens a dialog has moved on; an old problem must not cover it.
  document.getElementById("toasts").replaceChildren();
  layers().append(layer);
  settle();
  return layer;
}

/** Take a dialog away. */
export function removeLayer(layer) {
  layer.remove();
  settle();
}

/** Ask before a button acts; resolves to whether the person agreed. */
export function askToConfirm(confirm, surface) {
  const before = document.activeElement;
  return new Promise((resolve) => {
    const end = (answer) => {
      removeLayer(layer);
      before?.focus?.();
      resolve(answer);
    };
    const style = confirm.style === "danger" ? "danger solid" : "primary";
    const deny = h("button", { type: "button", class: "button", on: { click: () => end(false) } }, plain(confirm.deny) || "Cancel");
    const dialog = h("div", {
      class: "dialog small", role: "alertdialog", "aria-modal": "true", "aria-labelledby": "confirm-title", "aria-describedby": "confirm-text",
      data: { testid: "confirm" },
    },
    h("header", {}, h("h2", { id: "confirm-title" }, plain(confirm.title) || "Are you sure?")),
    h("div", { class: "dialog-body", id: "confirm-text" }, buildText(confirm.text, surface)),
    h("footer", {}, deny, h("button", { type: "button", class: `button ${style}`, on: { click: () => end(true) } }, plain(confirm.confirm) || "Yes")));
    const layer = pushLayer(dialog, () => end(false));
    deny.focus();
  });
}

/** Show a problem in a corner for a while. */
export function showToast(text) {
  const box = document.getElementById("toasts");
  for (const old of box.children) if (old.dataset.text === text) old.remove();
  const toast = h("div", { class: "toast", data: { testid: "toast", text } }, icon("warning"), h("span", {}, text),
    h("button", { type: "button", class: "button quiet square", "aria-label": "Dismiss", on: { click: () => toast.remove() } }, icon("close")));
  box.append(toast);
  setTimeout(() => toast.remove(), 12_000);
}
