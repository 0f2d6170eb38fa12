/** Small builders for elements and icons. */

/**
 * Build an element.
 *
 * `class`, `on` (listeners) and `data` (data-* attributes) are special; other
 * properties become attributes. Absent (`null`, `undefined`, `false`) ones are
 * left out. Strings are always text, never markup.
 */
export function h(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (name === "data") {
      for (const [key, item] of Object.entries(value)) {
        if (item !== null && item !== undefined) node.dataset[key] = item;
      }
    } else if (name === "value") {
      node.value = value;
    } else {
      node.setAttribute(name, value === true ? "" : value);
    }
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const PATHS = {
  hash: "M9 4 7 20M17 4l-2 16M4 9h17M3 15h17",
  lock: "M7 11V8a5 5 0 0 1 10 0v3M6 11h12v9H6z",
  home: "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
  chat: "M4 5h16v11H10l-5 4v-4H4z",
  calendar: "M7 3v4m10-4v4M4 9.5h16M5 5h14a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1ZM8.5 14.5l2.5 2.5 4.5-4.5",
  menu: "M4 7h16M4 12h16M4 17h16",
  close: "M6 6l12 12M18 6 6 18",
  back: "M19 12H5m6-6-6 6 6 6",
  clock: "M12 7v5l3.5 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
  send: "M5 12h13m-6-6 6 6-6 6",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  eye: "M2 12s4-6.5 10-6.5S22 12 22 12s-4 6.5-10 6.5S2 12 2 12Zm13 0a3 3 0 1 1-6 0 3 3 0 0 1 6 0Z",
  down: "M6 9l6 6 6-6",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  info: "M12 11v6m0-9.5v.01M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
  warning: "M12 4 2.5 20h19zM12 10v5m0 2.5v.01",
  success: "M7.5 12.5l3 3 6-6.5M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
};

/** Build a decorative icon, hidden from screen readers. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** Build a person's or the app's picture: initials on the person's colour. */
export function avatar(person) {
  if (!person) return h("span", { class: "avatar avatar-app", "aria-hidden": "true" }, icon("calendar"));
  const letters = nameOf(person).split(/\s+/).map((word) => word[0]).filter(Boolean);
  const initials = letters.length > 1 ? letters[0] + letters.at(-1) : letters[0] ?? "?";
  const node = h("span", { class: "avatar", "aria-hidden": "true" }, initials.toUpperCase());
  const colour = /^#?([0-9a-f]{6})$/i.exec(person.color ?? "");
  if (colour) {
    const [red, green, blue] = [0, 2, 4].map((at) => {
      const part = parseInt(colour[1].slice(at, at + 2), 16) / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    const isLight = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179;
    node.style.setProperty("background", `#${colour[1]}`);
    node.style.setProperty("color", isLight ? "#111" : "#fff");
  }
  return node;
}

/** Give the name a person is shown by. */
export function nameOf(person) {
  return person.real_name || person.name;
}

/** Give the text of a text object, or of a plain string. */
export function plain(text) {
  return typeof text === "string" ? text : text?.text ?? "";
}

/** Remember what has the focus and where the caret is, to find it again after a redraw. */
export function keepFocus() {
  const active = document.activeElement;
  const key = active?.dataset?.focus;
  const caret = key && "selectionStart" in active ? safeCaret(active) : null;
  return () => {
    if (!key || document.activeElement?.dataset?.focus === key) return Boolean(key);
    const again = document.querySelector(`[data-focus="${CSS.escape(key)}"]`);
    if (!again) return false;
    again.focus({ preventScroll: true });
    if (caret) again.setSelectionRange(...caret);
    return true;
  };
}

function safeCaret(field) {
  // Date and number fields have the property but refuse to be asked.
  return field.selectionStart === null ? null : [field.selectionStart, field.selectionEnd];
}
