/** The stack of modals of the person on the screen. */

import { buildBlocks } from "./blocks.js";
import { h, icon, keepFocus, plain } from "./dom.js";
import { pushLayer, removeLayer } from "./layers.js";
import { gatherValues, listHolders } from "./values.js";

/** Keeps the top view drawn, and what was typed into each view until it closes. */
export class ModalStack {
  #records = new Map();
  #layer = null;
  #shown = null;
  #opener = null;

  /** `perform(action)` tells the server; `findReturn()` gives where the focus goes at the end. */
  constructor(perform, findReturn) {
    this.perform = perform;
    this.findReturn = findReturn;
  }

  /** Forget everything, as when another person takes the screen. */
  clear() {
    this.#records.clear();
    this.#close();
  }

  /** Draw the stack as the server has it now. */
  sync(views, base) {
    for (const id of this.#records.keys()) if (!views.some((view) => view.id === id)) this.#records.delete(id);
    for (const view of views) this.#remember(view);
    const top = views.at(-1);
    if (!top) {
      this.#close();
      return;
    }
    const record = this.#records.get(top.id);
    record.base = base;
    const signature = JSON.stringify([top.hash, top.title, top.submit, top.close, top.blocks, views.length, record.problems, record.failure]);
    const isBusy = Boolean(top.busy || record.isSending);
    if (this.#shown?.id !== top.id || this.#shown.signature !== signature) this.#draw(record, views.length, signature);
    this.#setBusy(isBusy);
    if (record.isAnswered && !record.isSending) {
      record.isAnswered = false;
      this.#layer.querySelector("[aria-invalid='true'], .field.invalid :is(input, button)")?.focus();
    }
  }

  #remember(view) {
    const record = this.#records.get(view.id) ?? { values: new Map(), told: new Map(), problems: {}, serverProblems: "{}", failure: null, isSending: false };
    if (record.view?.hash !== view.hash) {
      this.#takeValues(record, view);
      record.problems = {};
      record.failure = null;
    }
    const problems = JSON.stringify(view.errors ?? {});
    if (problems !== record.serverProblems) {
      record.serverProblems = problems;
      record.problems = { ...view.errors };
    }
    record.view = view;
    this.#records.set(view.id, record);
  }

  /** The server knows best, except about what was typed since it was last told. */
  #takeValues(record, view) {
    const keys = listHolders(view.blocks).map(([block, element]) => [`${block.block_id}|${element.action_id}`, view.values?.[block.block_id]?.[element.action_id]]);
    const kept = new Set(keys.map(([key]) => key));
    for (const key of record.values.keys()) if (!kept.has(key)) record.values.delete(key);
    for (const [key, value] of keys) {
      const isNews = record.values.has(key) && JSON.stringify(record.values.get(key)) !== record.told.get(key);
      if (value !== undefined && !isNews) record.values.set(key, value);
    }
  }

  #surface(record) {
    const { view } = record;
    return {
      ...record.base,
      kind: "modal",
      id: view.id,
      errors: record.problems,
      get: (block, action) => record.values.get(`${block}|${action}`),
      set: (block, element, value) => {
        record.values.set(`${block.block_id}|${element.action_id}`, value);
        this.#forgive(record, block.block_id);
      },
      act: (block, element, value) => this.perform({
        kind: "press_view", view: view.id, block_id: block.block_id, action_id: element.action_id,
        value, option: value, values: this.#gather(record),
      }),
      suggest: async (block, element, value) => {
        const answer = await this.perform({ kind: "suggest", view: view.id, block_id: block.block_id, action_id: element.action_id, value });
        return answer.options;
      },
    };
  }

  #gather(record) {
    for (const [key, value] of record.values) record.told.set(key, JSON.stringify(value));
    return gatherValues(record.view.blocks, this.#surface(record));
  }

  /** A problem goes as soon as its field is touched; the field itself is not redrawn under the typing. */
  #forgive(record, block) {
    if (!record.problems[block]) return;
    delete record.problems[block];
    const field = this.#layer?.querySelector(`[data-testid="field-${CSS.escape(block)}"]`);
    field?.classList.remove("invalid");
    field?.querySelector(".problem")?.remove();
    field?.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
    if (this.#shown) this.#shown.signature = null;
  }

  #draw(record, depth, signature) {
    const { view } = record;
    const isSame = this.#shown?.id === view.id;
    const restore = keepFocus();
    const scroll = isSame ? this.#layer.querySelector(".dialog-body").scrollTop : 0;
    const title = h("h2", { id: "modal-title", tabindex: "-1" }, plain(view.title));
    const leave = () => this.#leave(record);
    const isStacked = depth > 1;
    const failure = record.failure ? h("div", { class: "alert error", role: "alert" }, icon("warning"), h("p", {}, record.failure)) : null;
    const submit = view.submit ? h("button", { type: "submit", class: "button primary", data: { testid: "modal-submit", focus: `${view.id}|submit` } }, plain(view.submit)) : null;
    const dialog = h("form", {
      class: "dialog", role: "dialog", "aria-modal": "true", "aria-labelledby": "modal-title", novalidate: true,
      data: { testid: "modal", view: view.id, callback: view.callback_id },
      on: { submit: (event) => {
        event.preventDefault();
        this.#submit(record);
      } },
    },
    h("header", {},
      isStacked ? h("button", { type: "button", class: "button quiet square", "aria-label": "Back", on: { click: leave } }, icon("back")) : null,
      title,
      isStacked ? null : h("button", { type: "button", class: "button quiet square", "aria-label": "Close", on: { click: leave } }, icon("close"))),
    h("div", { class: "dialog-body" }, failure, buildBlocks(view.blocks, this.#surface(record))),
    h("footer", {},
      h("button", { type: "button", class: "button", data: { testid: "modal-close", focus: `${view.id}|close` }, on: { click: leave } }, plain(view.close) || (isStacked ? "Back" : submit ? "Cancel" : "Close")),
      submit));
    if (this.#layer) {
      this.#layer.replaceChildren(dialog);
    } else {
      this.#opener = document.activeElement?.dataset?.focus ?? null;
      this.#layer = pushLayer(dialog, () => this.#layer.querySelector("header button").click());
    }
    dialog.querySelector(".dialog-body").scrollTop = scroll;
    this.#shown = { id: view.id, signature };
    if (!isSame || !restore()) this.#focusFirst(dialog, title, view);
  }

  #focusFirst(dialog, title, view) {
    const wanted = listHolders(view.blocks).find(([, element]) => element.focus_on_load)?.[1].action_id;
    const first = wanted && dialog.querySelector(`[data-action="${CSS.escape(wanted)}"]`);
    const field = first || (view.submit && dialog.querySelector(".block-input :is(input, select, textarea, button)"));
    (field || title).focus({ preventScroll: !first });
  }

  #setBusy(isBusy) {
    const dialog = this.#layer.firstElementChild;
    const submit = dialog.querySelector("[type=submit]");
    dialog.setAttribute("aria-busy", String(isBusy));
    submit?.setAttribute("aria-disabled", String(isBusy));
    submit?.setAttribute("aria-busy", String(isBusy));
  }

  async #submit(record) {
    if (record.isSending || record.view.busy) return;
    const values = this.#gather(record);
    record.failure = null;
    record.isSending = true;
    this.#setBusy(true);
    const answer = await this.perform({ kind: "submit", view: record.view.id, values }, true);
    record.isSending = false;
    record.problems = answer.errors ?? {};
    if (!answer.ok && !answer.errors) record.failure = answer.error ?? "This could not be saved. Try again.";
    record.isAnswered = Object.keys(record.problems).length > 0;
    await this.perform(null);
    if (record.failure) this.#layer?.querySelector(".dialog-body").scrollTo(0, 0);
  }

  #leave(record) {
    this.perform({ kind: "close", view: record.view.id, values: this.#gather(record) });
  }

  #close() {
    if (!this.#layer) return;
    removeLayer(this.#layer);
    this.#layer = null;
    this.#shown = null;
    const opener = this.#opener && document.querySelector(`[data-focus="${CSS.escape(this.#opener)}"]`);
    (opener ?? this.findReturn())?.focus({ preventScroll: true });
  }
}
