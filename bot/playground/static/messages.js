/** The conversation: its messages, redrawn one by one as they change. */

import { buildBlocks } from "./blocks.js";
import { avatar, h, icon, keepFocus, nameOf } from "./dom.js";
import { buildMrkdwn } from "./mrkdwn.js";
import { openMenu } from "./menu.js";
import { dayOf, writeDay, writeMoment, writeTime } from "./time.js";

const held = new Map();

function surfaceOf(message, channel, base, perform) {
  const key = `${channel}:${message.ts}`;
  if (!held.has(key)) held.set(key, new Map());
  const values = held.get(key);
  return {
    ...base, kind: "message", id: key, channel,
    get: (block, action) => values.get(`${block}|${action}`),
    set: (block, element, value) => values.set(`${block.block_id}|${element.action_id}`, value),
    act: (block, element, value) => perform({
      kind: "press", channel, ts: message.ts, block_id: block.block_id, action_id: element.action_id, value, option: value,
    }),
    suggest: async (block, element, value) => {
      const answer = await perform({ kind: "suggest", channel, ts: message.ts, block_id: block.block_id, action_id: element.action_id, value });
      return answer.options;
    },
  };
}

/** Write a file's size for people. */
function writeSize(bytes) {
  if (!bytes) return "";
  return bytes < 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024).toLocaleString("en")} KB`;
}

function buildFiles(files) {
  return h("ul", { class: "files" }, files.map((file) => h("li", {},
    h("a", { class: "file", href: file.url, download: file.name, target: "_blank", rel: "noopener" }, icon("file"),
      h("span", {}, h("strong", {}, file.name), h("span", { class: "hint" }, writeSize(file.size)))))));
}

function buildMenu(message, channel, shortcuts, perform) {
  if (!shortcuts?.length || message.ephemeral) return null;
  const button = h("button", {
    type: "button", class: "button quiet square", "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": "Message actions",
    data: { focus: `${channel}:${message.ts}|menu` },
    on: { click: () => openMenu(button, shortcuts.map((shortcut) => ({
      label: shortcut.name,
      choose: () => perform({ kind: "shortcut", callback_id: shortcut.callback_id, channel, ts: message.ts }),
    }))) },
  }, icon("more"));
  return h("span", { class: "menu-anchor message-menu" }, button);
}

function buildMessage(message, channel, base, state, perform) {
  const author = base.people.find((person) => person.id === message.user);
  const name = author ? nameOf(author) : message.name || "Seminar Bot";
  const at = new Date(message.at);
  const surface = surfaceOf(message, channel, base, perform);
  return h("li", { class: message.ephemeral ? "message ephemeral" : "message", data: { testid: `message-${message.ts}`, ts: message.ts } },
    avatar(author),
    h("article", { class: "message-main", "aria-label": `${name}, ${writeTime(at, base.me.tz)}` },
      h("div", { class: "message-head" },
        h("strong", { class: "author" }, name),
        author ? null : h("span", { class: "tag" }, "App"),
        h("time", { datetime: message.at, title: writeMoment(at, base.me.tz) }, writeTime(at, base.me.tz)),
        message.ephemeral ? h("span", { class: "private" }, icon("eye"), "Only visible to you") : null),
      message.blocks?.length ? buildBlocks(message.blocks, surface) : buildMrkdwn(message.text ?? "", surface),
      message.edited && !message.blocks?.length ? h("span", { class: "hint" }, "(edited)") : null,
      message.files?.length ? buildFiles(message.files) : null),
    buildMenu(message, channel, state.shortcuts, perform));
}

/** A list of messages that keeps the focus and the scroll while messages change. */
export class MessageList {
  #drawn = new Map();

  constructor(label) {
    this.list = h("ol", { class: "messages", role: "list", "aria-label": label });
    this.node = h("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": label }, this.list);
    // Pictures and redrawn cards change the height; whoever reads the end stays at the end.
    this.isAtEnd = true;
    this.node.addEventListener("scroll", () => {
      this.isAtEnd = this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < 80;
    });
    new ResizeObserver(() => this.#follow()).observe(this.list);
  }

  #follow() {
    if (this.isAtEnd) this.node.scrollTop = this.node.scrollHeight;
  }

  /** Draw a conversation as it is now. */
  sync(conversation, state, base, perform) {
    const restore = keepFocus();
    const wanted = [];
    const today = dayOf(base.now(), base.me.tz);
    let day = null;
    for (const message of conversation.messages) {
      const at = new Date(message.at);
      const its = dayOf(at, base.me.tz);
      if (its !== day) wanted.push([`day-${its}`, JSON.stringify([its, today]), () => h("li", { class: "day" }, h("span", {}, writeDay(at, base.me.tz, base.now())))]);
      day = its;
      const isRecent = /\^[^|>]*\{(?:ago|\w*pretty)/.test(JSON.stringify(message.blocks ?? message.text));
      wanted.push([message.ts, JSON.stringify([message, base.me.tz, state.shortcuts, isRecent ? state.clock.now : today]), () => buildMessage(message, conversation.id, base, state, perform)]);
    }
    const drawn = new Map();
    for (const [key, signature, build] of wanted) {
      const old = this.#drawn.get(key);
      drawn.set(key, old?.signature === signature ? old : { signature, node: build() });
    }
    const nodes = [...drawn.values()].map((one) => one.node);
    const isChanged = nodes.length !== this.list.children.length || nodes.some((node, index) => node !== this.list.children[index]);
    this.#drawn = drawn;
    if (isChanged) {
      this.list.replaceChildren(...nodes);
      if (nodes.length === 0) this.list.append(h("li", { class: "empty" }, "Nothing has been said here yet."));
      restore();
    }
    this.#follow();
  }
}
