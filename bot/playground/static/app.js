/** The page of the playground: reads the workspace, draws it, and passes on what a person does. */

import * as api from "./api.js";
import { buildBlocks } from "./blocks.js";
import { syncClock } from "./clock.js";
import { buildComposer } from "./composer.js";
import { avatar, h, icon, keepFocus, nameOf } from "./dom.js";
import { showToast } from "./layers.js";
import { MessageList } from "./messages.js";
import { ModalStack } from "./modal.js";
import { syncSidebar } from "./sidebar.js";

const find = (id) => document.getElementById(id);
const address = new URLSearchParams(location.search);
const drafts = new Map();
const homeValues = new Map();

let state = null;
let person = address.get("as");
let place = address.get("in");
let readAt = 0;
let seen = null;
let page = null;
let stopListening = null;
let isLinked = true;
let pendingRead = null;
let isReadAgain = false;

const now = () => new Date(Date.parse(state.clock.now) + performance.now() - readAt);
const conversations = () => [...state.channels, ...state.dms];
const modals = new ModalStack(perform, () => find("composer") ?? find("content"));

function surface() {
  return { me: state.me, people: state.people, channels: state.channels, channel: place === "home" ? null : place, now };
}

/** Tell the server what the person did, then read again; `null` only redraws. */
async function perform(action, isQuiet = false) {
  if (action === null) {
    draw();
    return { ok: true };
  }
  const answer = await api.act({ as: state.me.id, ...action });
  if (!answer.ok && !isQuiet && !answer.errors) showToast(answer.error ?? "That did not work.");
  await refresh();
  return answer;
}

async function moveClock(change) {
  const answer = await api.moveClock(change);
  if (answer?.ok === false) showToast(answer.error ?? "The clock could not be moved.");
  await refresh();
}

/** Read the workspace; calls that come meanwhile share one more reading. */
function refresh() {
  if (pendingRead) {
    isReadAgain = true;
    return pendingRead;
  }
  pendingRead = readAll().finally(() => { pendingRead = null; });
  return pendingRead;
}

async function readAll() {
  do {
    isReadAgain = false;
    const asked = person;
    try {
      const fresh = await api.readState(asked);
      if (asked !== person) {
        isReadAgain = true;
        continue;
      }
      state = fresh;
      readAt = performance.now();
      isLinked = true;
    } catch {
      isLinked = false;
    }
    if (state) draw();
    else showBanner();
  } while (isReadAgain);
}

function follow() {
  stopListening?.();
  stopListening = api.listen(state.me.id, refresh, (isUp) => {
    isLinked = isUp;
    showBanner();
    if (isUp) refresh();
  });
}

function changePerson(id) {
  if (id === person) return;
  person = id;
  seen = null;
  page = null;
  modals.clear();
  find("toasts").replaceChildren();
  stopListening?.();
  stopListening = null;
  closeMenu();
  refresh();
}

function changePlace(id) {
  place = id;
  closeMenu();
  draw();
  if (id === "home") perform({ kind: "open_home" });
  if (matchMedia("(min-width: 48em)").matches) find("composer")?.focus();
}

function openMenu() {
  document.documentElement.classList.add("menu-open");
  find("scrim").hidden = false;
  find("stage").inert = true;
  find("sidebar").querySelector("button:not([hidden])")?.focus();
}

function closeMenu() {
  if (!document.documentElement.classList.contains("menu-open")) return;
  document.documentElement.classList.remove("menu-open");
  find("scrim").hidden = true;
  find("stage").inert = false;
  find("menu-button")?.focus();
}

function showBanner() {
  const text = !isLinked ? "The playground does not answer. Trying again…" : state && !state.connected ? "The bot is not connected yet. Commands and buttons will fail until it is." : "";
  const banner = find("banner");
  if (banner.textContent !== text) banner.textContent = text;
  banner.hidden = !text;
}

function announce() {
  const keys = new Map();
  for (const one of conversations()) {
    for (const message of one.messages) keys.set(`${one.id}:${message.ts}`, { one, message });
  }
  if (seen) {
    const news = [...keys].filter(([key, { message }]) => !seen.has(key) && message.user !== state.me.id);
    const author = ({ message }) => state.people.find((other) => other.id === message.user);
    const words = news.map(([, item]) => `${author(item) ? nameOf(author(item)) : item.message.name || "Seminar Bot"} in ${item.one.name}: ${item.message.text || "a message"}`);
    if (words.length) find("live").textContent = words.join(". ").replaceAll(/<[^>|]*\|([^>]*)>/g, "$1").slice(0, 600);
  }
  seen = new Set(keys.keys());
}

function buildHead(title, topic, symbol) {
  return h("header", { class: "head" },
    h("button", { type: "button", id: "menu-button", class: "button quiet square only-narrow", "aria-label": "Open the menu", on: { click: openMenu } }, icon("menu")),
    h("div", { class: "head-words" }, h("h1", {}, icon(symbol), h("span", {}, title)), topic ? h("p", { class: "topic" }, topic) : null),
    h("span", { class: "head-me only-narrow" }, avatar(state.me), h("span", { class: "unseen" }, `You are ${nameOf(state.me)}`)));
}

function openPage(conversation) {
  const isHome = !conversation;
  const isDirect = state.dms.includes(conversation);
  page = { place, person: state.me.id };
  if (isHome) {
    page.home = h("div", { class: "scroller home", tabindex: "0", role: "region", "aria-label": "Home" });
    find("content").replaceChildren(buildHead("Seminar Bot · Home", "What the app shows you", "home"), page.home);
    return;
  }
  const name = isDirect ? conversation.name : `#${conversation.name}`;
  const symbol = isDirect ? "chat" : conversation.is_private ? "lock" : "hash";
  const key = `${state.me.id}|${place}`;
  const where = place;
  page.list = new MessageList(`Messages in ${name}`);
  const composer = buildComposer(`Message ${name}`, drafts.get(key) ?? "", () => state.commands, {
    send: async (text) => {
      const kind = text.startsWith("/") ? "command" : "message";
      page.list.isAtEnd = true;
      return (await perform({ kind, channel: where, text })).ok;
    },
    onDraft: (text) => drafts.set(key, text),
  });
  find("content").replaceChildren(buildHead(conversation.name, conversation.topic ?? (isDirect ? "Direct messages from the app" : ""), symbol), page.list.node, composer);
}

function drawHome() {
  const signature = JSON.stringify([state.home, state.me]);
  if (page.signature === signature) return;
  page.signature = signature;
  const restore = keepFocus();
  const key = (block, action) => `${state.me.id}|${block}|${action}`;
  const send = (kind) => async (block, element, value) => {
    const values = { [block.block_id]: { [element.action_id]: value } };
    const answer = await perform({ kind, view: state.home.id ?? "home", block_id: block.block_id, action_id: element.action_id, value, option: value, values });
    return kind === "suggest" ? answer.options : answer;
  };
  const drawn = state.home
    ? buildBlocks(state.home.blocks, {
      ...surface(), kind: "home", id: "home",
      get: (block, action) => homeValues.get(key(block, action)),
      set: (block, element, value) => homeValues.set(key(block.block_id, element.action_id), value),
      act: send("press_view"), suggest: send("suggest"),
    })
    : h("p", { class: "empty" }, "The app has not shown anything here yet.");
  page.home.replaceChildren(h("div", { class: "home-inside", data: { testid: "home-view" } }, drawn));
  restore();
}

function draw() {
  person = state.me.id;
  if (!stopListening) follow();
  const known = conversations();
  const isThere = place === "home" ? state.has_home : known.some((one) => one.id === place);
  if (!isThere) place = known[0]?.id ?? "home";
  const conversation = known.find((one) => one.id === place);
  syncSidebar(find("sidebar"), state, place, now(), { onPerson: changePerson, onPlace: changePlace, onClose: closeMenu });
  syncClock(find("clock"), state, now(), moveClock);
  if (page?.place !== place || page.person !== person) openPage(conversation);
  if (conversation) page.list.sync(conversation, state, surface(), perform);
  else drawHome();
  modals.sync(state.views ?? [], surface());
  announce();
  showBanner();
  history.replaceState(null, "", `?${new URLSearchParams({ as: person, in: place })}`);
  const unread = known.reduce((sum, one) => sum + (one.id === place ? 0 : one.unread), 0);
  document.title = `${unread ? `(${unread}) ` : ""}${conversation?.name ?? "Home"} · ${state.workspace.name}`;
  if (conversation?.unread && !document.hidden && page.read !== conversation.messages.at(-1)?.ts) {
    page.read = conversation.messages.at(-1)?.ts;
    api.act({ as: person, kind: "read", channel: place });
  }
}

find("scrim").addEventListener("click", closeMenu);
document.addEventListener("keydown", (event) => event.key === "Escape" && closeMenu());
document.addEventListener("visibilitychange", () => !document.hidden && state && refresh());
matchMedia("(min-width: 48em)").addEventListener("change", closeMenu);
setInterval(() => {
  if (!state || find("clock").contains(document.activeElement) || find("sidebar").contains(document.activeElement)) return;
  syncSidebar(find("sidebar"), state, place, now(), { onPerson: changePerson, onPlace: changePlace, onClose: closeMenu });
  syncClock(find("clock"), state, now(), moveClock);
}, 15_000);
await refresh();
if (place === "home" && state) perform({ kind: "open_home" });
