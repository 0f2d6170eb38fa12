/** Rich text and tables, drawn as elements. */

import { h } from "./dom.js";
import { buildChannel, buildDate, buildLink, buildPerson, emojiOf } from "./mrkdwn.js";

function styled(node, style = {}) {
  let outer = node;
  for (const [name, tag] of [["code", "code"], ["bold", "strong"], ["italic", "em"], ["strike", "s"]]) {
    if (style[name]) outer = h(tag, {}, outer);
  }
  return outer;
}

function breakLines(text) {
  return text.split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]));
}

function buildPiece(piece, context) {
  switch (piece.type) {
    case "text":
      return styled(h("span", {}, breakLines(piece.text)), piece.style);
    case "link":
      return styled(buildLink(piece.url, piece.text || piece.url), piece.style);
    case "user":
      return buildPerson(piece.user_id, context);
    case "channel":
      return buildChannel(piece.channel_id, context);
    case "usergroup":
      return h("span", { class: "mention" }, "@group");
    case "broadcast":
      return h("span", { class: "mention" }, `@${piece.range}`);
    case "emoji":
      return h("span", { class: "emoji", role: "img", "aria-label": piece.name }, emojiOf(piece.name));
    case "date":
      return styled(buildDate(piece.timestamp, piece.format, context, piece.fallback ?? "", piece.url), piece.style);
    default:
      return "";
  }
}

function buildPart(part, context) {
  const pieces = () => part.elements.map((piece) => buildPiece(piece, context));
  switch (part.type) {
    case "rich_text_list":
      return h(part.style === "ordered" ? "ol" : "ul", { class: `indent-${part.indent ?? 0}` },
        part.elements.map((item) => h("li", {}, item.elements.map((piece) => buildPiece(piece, context)))));
    case "rich_text_quote":
      return h("blockquote", {}, pieces());
    case "rich_text_preformatted":
      return h("pre", {}, pieces());
    default:
      return h("p", {}, pieces());
  }
}

/** Draw a rich text block or value. */
export function buildRichText(block, context) {
  return h("div", { class: "mrkdwn" }, (block.elements ?? []).map((part) => buildPart(part, context)));
}

/** Give the words of a rich text value, for the field that edits it. */
export function textOfRichText(value) {
  const words = (node) => node.text ?? (node.elements ?? []).map(words).join(node.elements?.[0]?.elements ? "\n" : "");
  return (value?.elements ?? []).map(words).join("\n");
}

/** Draw a table block; its first row is the heading. */
export function buildTable(block, context) {
  const cell = (tag) => (one) =>
    h(tag, tag === "th" ? { scope: "col" } : {}, one.type === "rich_text" ? buildRichText(one, context) : String(one.text ?? one.value ?? ""));
  const [head, ...rows] = block.rows ?? [];
  return h("div", { class: "table", tabindex: "0", role: "region", "aria-label": "Table" },
    h("table", {},
      h("thead", {}, h("tr", {}, (head ?? []).map(cell("th")))),
      h("tbody", {}, rows.map((row) => h("tr", {}, row.map(cell("td")))))));
}
