/** Slack's mrkdwn, drawn as elements; nothing is ever parsed as HTML. */

import { h, nameOf } from "./dom.js";
import { writeMoment, writeTokens } from "./time.js";

const EMOJI = {
  wave: "👋", tada: "🎉", calendar: "📅", date: "📅", spiral_calendar_pad: "🗓️", clock3: "🕒", alarm_clock: "⏰", hourglass: "⌛",
  hourglass_flowing_sand: "⏳", round_pushpin: "📍", pushpin: "📌", link: "🔗", white_check_mark: "✅", heavy_check_mark: "✔️",
  x: "❌", warning: "⚠️", information_source: "ℹ️", bell: "🔔", no_bell: "🔕", ticket: "🎟️", tickets: "🎟️", seat: "💺", chair: "🪑",
  busts_in_silhouette: "👥", bust_in_silhouette: "👤", speech_balloon: "💬", microphone: "🎤", studio_microphone: "🎙️", mega: "📣",
  loudspeaker: "📢", memo: "📝", pencil2: "✏️", books: "📚", book: "📖", mortar_board: "🎓", star: "⭐", sparkles: "✨", heart: "❤️",
  "+1": "👍", thumbsup: "👍", "-1": "👎", pray: "🙏", clap: "👏", eyes: "👀", question: "❓", exclamation: "❗", bulb: "💡", lock: "🔒",
  unlock: "🔓", door: "🚪", globe_with_meridians: "🌐", earth_asia: "🌏", computer: "💻", tv: "📺", movie_camera: "🎥", paperclip: "📎",
  bar_chart: "📊", no_entry: "⛔", no_entry_sign: "🚫", arrow_right: "➡️", arrow_up: "⬆️", smile: "😄", slightly_smiling_face: "🙂",
  large_green_circle: "🟢", large_yellow_circle: "🟡", red_circle: "🔴", white_circle: "⚪", large_green_square: "🟩",
  white_large_square: "⬜", black_large_square: "⬛", zzz: "💤", inbox_tray: "📥", outbox_tray: "📤", repeat: "🔁", gear: "⚙️",
};

const decode = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** Give the picture of an emoji by its name, or its short code when it is not known here. */
export const emojiOf = (name) => EMOJI[name] ?? `:${name}:`;

/** Replace the emoji codes of a plain text. */
export const withEmoji = (text) => text.replaceAll(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] ?? whole);

/** Build a link that opens beside the page, or plain text when its address is not safe. */
export function buildLink(url, label) {
  if (!/^(https?:|mailto:)/i.test(url)) return h("span", {}, label);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label);
}

/** Build the mention of a person. */
export function buildPerson(id, context, fallback) {
  const person = context.people.find((one) => one.id === id);
  const isSelf = id === context.me.id;
  return h("span", { class: isSelf ? "mention self" : "mention" }, `@${person ? nameOf(person) : fallback ?? (id === "app" ? "Seminar Bot" : id)}`);
}

/** Build the mention of a channel. */
export function buildChannel(id, context, fallback) {
  const channel = context.channels.find((one) => one.id === id);
  return h("span", { class: "mention" }, `#${channel?.name ?? fallback ?? "private channel"}`);
}

/** Build a date in the reader's zone; the whole moment is in its tooltip. */
export function buildDate(seconds, format, context, fallback, url) {
  const at = new Date(seconds * 1000);
  if (Number.isNaN(at.getTime())) return h("span", {}, fallback);
  const zone = context.me.tz;
  const text = writeTokens(format, at, zone, context.now());
  const node = h("time", { datetime: at.toISOString(), title: `${writeMoment(at, zone)} (${zone})` }, text);
  return url ? buildLink(url, node) : node;
}

function buildEntity(body, context) {
  const bar = body.indexOf("|");
  const target = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? undefined : decode(body.slice(bar + 1));
  if (target.startsWith("@")) return buildPerson(target.slice(1), context, label);
  if (target.startsWith("#")) return buildChannel(target.slice(1), context, label);
  if (target.startsWith("!date^")) {
    const [, seconds, format, url] = target.split("^");
    return buildDate(Number(seconds), decode(format ?? ""), context, label ?? "", url && decode(url));
  }
  if (target.startsWith("!subteam^")) return h("span", { class: "mention" }, label ?? "@group");
  if (target.startsWith("!")) return h("span", { class: "mention" }, `@${label ?? target.slice(1)}`);
  return buildLink(decode(target), label || decode(target).replace(/^mailto:/, ""));
}

const MARKS = { "*": "strong", _: "em", "~": "s" };

function findClosing(text, mark, from) {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === "\n") return -1;
    if (text[at] === "<") {
      const end = text.indexOf(">", at);
      if (end > 0) at = end;
    } else if (text[at] === mark && at > from && !/\s/.test(text[at - 1]) && !/\w/.test(text[at + 1] ?? "")) {
      return at;
    }
  }
  return -1;
}

function buildInline(text, context, isVerbatim) {
  const nodes = [];
  let pending = "";
  const flush = () => {
    if (pending) nodes.push(decode(pending));
    pending = "";
  };
  const take = (node) => {
    flush();
    nodes.push(node);
  };
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    const isStart = at === 0 || !/\w/.test(text[at - 1]);
    const rest = text.slice(at);
    const closing = letter === "<" ? text.indexOf(">", at) : -1;
    const link = !isVerbatim && isStart && letter === "h" ? /^https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)\]]/.exec(rest) : null;
    const emoji = letter === ":" ? /^:([a-z0-9_+-]+):/.exec(rest) : null;
    if (letter === "\n") {
      take(h("br"));
    } else if (closing > at + 1) {
      take(buildEntity(text.slice(at + 1, closing), context));
      at = closing;
    } else if (letter === "`" && isStart) {
      const end = findClosing(text, "`", at + 1);
      if (end < 0) pending += letter;
      else take(h("code", {}, decode(text.slice(at + 1, end))));
      if (end > 0) at = end;
    } else if (letter in MARKS && isStart && /\S/.test(text[at + 1] ?? " ")) {
      const end = findClosing(text, letter, at + 1);
      if (end < 0) pending += letter;
      else take(h(MARKS[letter], {}, buildInline(text.slice(at + 1, end), context, isVerbatim)));
      if (end > 0) at = end;
    } else if (link) {
      take(buildLink(decode(link[0]), decode(link[0])));
      at += link[0].length - 1;
    } else if (emoji && EMOJI[emoji[1]]) {
      take(h("span", { class: "emoji", role: "img", "aria-label": emoji[1].replaceAll("_", " ") }, EMOJI[emoji[1]]));
      at += emoji[0].length - 1;
    } else {
      pending += letter;
    }
  }
  flush();
  return nodes;
}

function buildLines(text, context, isVerbatim) {
  const nodes = [];
  let run = [];
  let isQuote = false;
  const flush = () => {
    if (run.length) nodes.push(h(isQuote ? "blockquote" : "p", {}, buildInline(run.join("\n"), context, isVerbatim)));
    run = [];
  };
  for (const line of text.split("\n")) {
    const quoted = /^(?:&gt;|>) ?/.exec(line);
    if (Boolean(quoted) !== isQuote) {
      flush();
      isQuote = Boolean(quoted);
    }
    run.push(quoted ? line.slice(quoted[0].length) : line);
  }
  flush();
  return nodes;
}

/** Draw a mrkdwn text for the reader in `context`. */
export function buildMrkdwn(text, context, isVerbatim = false) {
  const pieces = text.split("```");
  const nodes = pieces.map((piece, index) => {
    if (index % 2 && index < pieces.length - 1) return h("pre", {}, decode(piece.replace(/^\n/, "")));
    const trimmed = piece.replace(index ? /^\n/ : "", "");
    return trimmed ? buildLines(trimmed, context, isVerbatim) : null;
  });
  return h("div", { class: "mrkdwn" }, nodes);
}

/** Draw a text object: mrkdwn, or plain text with its emoji. */
export function buildText(text, context) {
  if (text?.type === "mrkdwn") return buildMrkdwn(text.text, context, text.verbatim);
  const words = plainLines(typeof text === "string" ? text : text?.text ?? "", text?.emoji !== false);
  return h("div", { class: "mrkdwn" }, words);
}

function plainLines(text, hasEmoji) {
  return (hasEmoji ? withEmoji(text) : text).split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]));
}
