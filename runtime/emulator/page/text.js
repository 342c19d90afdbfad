// Owns how parsed Markdown looks: the tree of markdown.js into elements, with mentions named.

import { el } from "./dom.js";
import { parse } from "./markdown.js";
import { findChannel, findRole, findUser, nameOf, state } from "./state.js";
import { stamp } from "./time.js";

/** Message content as elements. */
export function text(content) {
  return parse(content ?? "").map(node);
}

const plainTags = { strong: "strong", em: "em", underline: "u", strike: "s", code: "code" };

function node(one) {
  const children = () => one.children.map(node);
  switch (one.type) {
    case "text": return one.text;
    case "paragraph": return el("p", {}, children());
    case "heading": return el(`h${one.level + 2}`, { class: `said-${one.level}` }, children());
    case "subtext": return el("p", { class: "subtext" }, children());
    case "quote": return el("blockquote", {}, children());
    case "list": return el(one.ordered ? "ol" : "ul", { start: one.ordered && one.start !== 1 ? one.start : null },
      one.items.map((item) => el("li", {}, item.map(node))));
    case "codeblock": return el("pre", { tabindex: "0", "data-language": one.language || null }, el("code", {}, one.text));
    case "code": return el("code", {}, one.text);
    case "link": return link(one.href, children());
    case "spoiler": return spoiler(children());
    case "user": return mention(`@${nameOf(findUser(one.id))}`, { "data-user-id": one.id }, one.id === state.me);
    case "role": return mention(`@${findRole(one.id)?.name ?? "deleted role"}`, { "data-role-id": one.id });
    case "channel": return mention(`#${findChannel(one.id)?.name ?? "unknown"}`, { "data-mentioned-channel": one.id });
    case "everyone": return mention(one.name, {}, true);
    case "command": return mention(`/${one.name}`, {});
    case "emoji": return el("span", { class: "emoji", title: `:${one.name}:` }, `:${one.name}:`);
    case "time": return stamp(one.at, one.style);
    default: return el(plainTags[one.type], {}, children());
  }
}

/** A link out of the page; the page it opens learns nothing of this one. */
export function link(href, children, properties = {}) {
  return el("a", { href, target: "_blank", rel: "noopener noreferrer nofollow", ...properties }, children);
}

function mention(shown, properties, aboutMe = false) {
  return el("span", { class: aboutMe ? "mention me" : "mention", ...properties }, shown);
}

function spoiler(children) {
  const inside = el("span", { class: "hidden", "aria-hidden": "true" }, children);
  const cover = el("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Spoiler, press to show" }, inside);
  const show = (event) => {
    if (!cover.hasAttribute("role") || (event.key && event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    for (const name of ["role", "aria-label"]) cover.removeAttribute(name);
    cover.tabIndex = -1;
    cover.classList.add("shown");
    inside.removeAttribute("aria-hidden");
  };
  cover.addEventListener("click", show);
  cover.addEventListener("keydown", show);
  return cover;
}
