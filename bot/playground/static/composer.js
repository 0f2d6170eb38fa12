/** The field in which messages and slash commands are written. */

import { h, icon } from "./dom.js";

/** List what a beginning such as `/sem` or `/seminar n` can become. */
export function completeCommand(text, commands) {
  if (!text.startsWith("/") || text.includes("\n")) return [];
  const wanted = text.toLowerCase();
  return (commands ?? []).flatMap(({ command, usage_hint: hint = "", description = "" }) => {
    const words = hint.replaceAll(/[[\]<>…]/g, "").split("|").map((part) => part.trim().split(/\s/)[0]).filter((word) => /^[a-z]+$/.test(word));
    const forms = hint.includes("|") ? words.map((word) => ({ text: `${command} ${word}`, note: "" })) : [];
    return [{ text: command, note: description, hint }, ...forms].filter((form) => form.text.startsWith(wanted) && form.text !== wanted);
  });
}

/** Build a composer; `send(text)` resolves to whether it was taken. */
export function buildComposer(label, draft, getCommands, { send, onDraft }) {
  let choices = [];
  let at = 0;
  let isSending = false;
  const list = h("ul", { class: "completions", id: "completions", role: "listbox", "aria-label": "Commands", hidden: true });
  const field = h("textarea", {
    id: "composer", rows: 1, "aria-label": label, placeholder: "Write, or type / for commands", role: "combobox", "aria-autocomplete": "list",
    "aria-expanded": "false", "aria-controls": "completions", autocomplete: "off", data: { testid: "composer", focus: "composer" },
    on: { input: update, keydown: press, blur: () => setTimeout(hide, 150) },
  });
  const button = h("button", { type: "submit", class: "button primary square", "aria-label": "Send", data: { testid: "composer-send" } }, icon("send"));

  function fit() {
    // Browsers that size a field by its content need no help.
    if (CSS.supports("field-sizing", "content")) return;
    field.style.setProperty("height", "auto");
    field.style.setProperty("height", `${field.scrollHeight}px`);
  }
  function hide() {
    choices = [];
    draw();
  }
  function update() {
    onDraft(field.value);
    fit();
    choices = completeCommand(field.value, getCommands());
    at = 0;
    draw();
  }
  function draw() {
    list.hidden = choices.length === 0;
    field.setAttribute("aria-expanded", String(choices.length > 0));
    list.replaceChildren(...choices.map((choice, index) => h("li", {
      role: "option", id: `completion-${index}`, "aria-selected": String(index === at),
      on: { pointerdown: (event) => {
        event.preventDefault();
        take(choice);
      } },
    }, h("strong", {}, choice.text), choice.hint ? h("code", {}, choice.hint) : null, choice.note ? h("span", { class: "hint" }, choice.note) : null)));
    if (choices.length) field.setAttribute("aria-activedescendant", `completion-${at}`);
    else field.removeAttribute("aria-activedescendant");
    list.children[at]?.scrollIntoView({ block: "nearest" });
  }
  function take(choice) {
    field.value = `${choice.text} `;
    update();
    hide();
    field.focus();
  }
  function press(event) {
    if (event.isComposing) return;
    if (choices.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      at = (at + (event.key === "ArrowDown" ? 1 : choices.length - 1)) % choices.length;
      draw();
    } else if (choices.length && event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      take(choices[at]);
    } else if (choices.length && event.key === "Escape") {
      hide();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      const isHalf = choices.length && !getCommands().some(({ command }) => command === field.value.trim().split(/\s/)[0]);
      if (isHalf) take(choices[at]);
      else submit();
    }
  }
  async function submit() {
    const text = field.value.trim();
    if (!text || isSending) return;
    hide();
    isSending = true;
    form.setAttribute("aria-busy", "true");
    const wasTaken = await send(text);
    isSending = false;
    form.removeAttribute("aria-busy");
    if (!wasTaken) return;
    field.value = "";
    onDraft("");
    fit();
  }

  const form = h("form", { class: "composer", on: { submit: (event) => {
    event.preventDefault();
    submit();
  } } }, list, field, button);
  field.value = draft;
  requestAnimationFrame(fit);
  return form;
}
