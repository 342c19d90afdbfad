// Owns Discord's Markdown: text in, a plain tree out. Pure; text.js turns the tree into elements.
//
// Blocks: paragraph, heading{level}, subtext, quote, list{ordered,start,items}, codeblock{language,text}.
// Inline: text, strong, em, underline, strike, spoiler, code, link{href}, user, role, channel, everyone,
// command{name}, emoji{name}, time{at,style}. Nodes with content have `children`.

/** Nesting beyond this is shown as typed, so that no message can exhaust the stack. */
const DEEPEST = 8;

const ITEM = /^( *)([-*]|\d{1,9}\.) +(\S.*)$/;
const HEADING = /^(#{1,3}) +(\S.*)$/;
const SUBTEXT = /^-# +(\S.*)$/;

/** Parses message content into blocks. */
export function parse(content) {
  return blocks(content.replace(/\r\n?/g, "\n"), 0);
}

/** Returns what the content reads as without markup, for announcements and reply previews. */
export function plain(content) {
  const flat = (nodes) => nodes.map((node) => {
    if (node.type === "list") return node.items.map((item) => flat(item)).join(" ");
    if (node.type === "spoiler") return "(spoiler)";
    if (node.children) return flat(node.children);
    return node.text ?? node.name ?? "";
  }).join("");
  return parse(content).map((block) => flat([block])).join(" ").replace(/\s+/g, " ").trim();
}

function blocks(text, depth) {
  const out = [];
  let pending = "";
  let at = 0;
  while (at < text.length) {
    const end = lineEnd(text, at);
    const line = text.slice(at, end);
    let match;
    if (depth < DEEPEST && line.startsWith(">>> ")) {
      flush();
      out.push({ type: "quote", children: blocks(text.slice(at + 4), depth + 1) });
      break;
    } else if (depth < DEEPEST && isQuote(line)) {
      flush();
      const quoted = takeLines(text, at, isQuote);
      out.push({ type: "quote", children: blocks(quoted.lines.map((one) => one.slice(2)).join("\n"), depth + 1) });
      at = quoted.next;
    } else if ((match = HEADING.exec(line))) {
      flush();
      out.push({ type: "heading", level: match[1].length, children: inline(match[2], depth) });
      at = end + 1;
    } else if ((match = SUBTEXT.exec(line))) {
      flush();
      out.push({ type: "subtext", children: inline(match[1], depth) });
      at = end + 1;
    } else if (ITEM.test(line)) {
      flush();
      const listed = takeLines(text, at, (one) => ITEM.test(one) || /^ {2,}\S/.test(one));
      out.push(...lists(listed.lines, depth));
      at = listed.next;
    } else {
      const fence = findFence(text, at, end);
      if (fence) {
        pending += text.slice(at, fence.start);
        flush();
        out.push(fence.node);
        at = text[fence.next] === "\n" ? fence.next + 1 : fence.next;
      } else {
        pending += `${line}\n`;
        at = end + 1;
      }
    }
  }
  flush();
  return out;

  function flush() {
    const trimmed = pending.replace(/^\n+|\s+$/g, "");
    if (trimmed) out.push({ type: "paragraph", children: inline(trimmed, depth) });
    pending = "";
  }
}

/** Finds a fenced block that opens on the line `from..end`; it may close on a later line. */
function findFence(text, from, end) {
  const start = text.indexOf("```", from);
  if (start < 0 || start >= end || text[start - 1] === "\\") return null;
  const close = text.indexOf("```", start + 3);
  const inside = close < 0 ? "" : text.slice(start + 3, close);
  if (!inside.trim()) return null;
  const tagged = /^([\w+.#-]{1,30})\n([^]*)$/.exec(inside);
  const code = (tagged ? tagged[2] : inside).replace(/^\n+|\s+$/g, "");
  return { start, next: close + 3, node: { type: "codeblock", language: tagged?.[1] ?? "", text: code || inside } };
}

/** Turns the lines of a list, nested by indentation, into list nodes. */
function lists(lines, depth) {
  const out = [];
  let list = null;
  let base = 0;
  for (let index = 0; index < lines.length; index += 1) {
    const match = ITEM.exec(lines[index]);
    const indent = match ? match[1].length : Infinity;
    if (list && indent > base + 1) {
      const below = [];
      while (index < lines.length && !(ITEM.exec(lines[index])?.[1].length <= base + 1)) below.push(lines[index++]);
      index -= 1;
      const item = list.items.at(-1);
      const nestedAt = below.findIndex((line) => ITEM.test(line));
      const more = nestedAt < 0 ? below : below.slice(0, nestedAt);
      if (more.length) item.push(...inline(`\n${more.map((line) => line.trim()).join("\n")}`, depth));
      if (nestedAt >= 0) {
        if (depth < DEEPEST) item.push(...lists(below.slice(nestedAt), depth + 1));
        else item.push({ type: "text", text: `\n${below.slice(nestedAt).join("\n")}` });
      }
      continue;
    }
    const ordered = /\d/.test(match[2]);
    if (!list || list.ordered !== ordered) {
      list = { type: "list", ordered, start: ordered ? parseInt(match[2], 10) : 1, items: [] };
      base = indent;
      out.push(list);
    }
    list.items.push(inline(match[3], depth));
  }
  return out;
}

const MARKS = [["**", "strong"], ["__", "underline"], ["~~", "strike"], ["||", "spoiler"], ["*", "em"], ["_", "em"]];
const TAGS = [
  [/<@!?(\d{1,20})>/y, ([, id]) => ({ type: "user", id })],
  [/<@&(\d{1,20})>/y, ([, id]) => ({ type: "role", id })],
  [/<#(\d{1,20})>/y, ([, id]) => ({ type: "channel", id })],
  [/<a?:(\w{2,32}):(\d{1,20})>/y, ([, name, id]) => ({ type: "emoji", name, id })],
  [/<t:(-?\d{1,13})(?::([tTdDfFsSR]))?>/y, ([, at, style]) => ({ type: "time", at: Number(at), style: style ?? "f" })],
  [/<\/([-\w\p{L}\p{N} ]{1,100}):(\d{1,20})>/uy, ([, name, id]) => ({ type: "command", name, id })],
  [/<(https?:\/\/[^\s<>]+)>/y, ([, url]) => link(url, [{ type: "text", text: url }])],
];
const MASKED = /\[((?:[^[\]\\\n]|\\.){1,500})\]\(<?(https?:\/\/[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*)>?(?: +"[^"\n]*")?\)/y;
const BARE = /https?:\/\/[^\s<]+/y;

function inline(text, depth, inLink = false) {
  const out = [];
  const unclosed = new Set();
  let pending = "";
  let at = 0;
  while (at < text.length) {
    const found = special();
    if (found) {
      if (pending) out.push({ type: "text", text: pending });
      pending = "";
      out.push(found.node);
      at = found.next;
    } else if (text[at] === "\\" && /[^\w\s]/.test(text[at + 1] ?? "")) {
      pending += text[at + 1];
      at += 2;
    } else {
      pending += text[at];
      at += 1;
    }
  }
  if (pending) out.push({ type: "text", text: pending });
  return out;

  function special() {
    switch (text[at]) {
      case "`": return code(text, at);
      case "<": return firstOf(TAGS, text, at);
      case "[": return inLink ? null : masked();
      case "h": return inLink ? null : bare(text, at);
      case "@": return everyone(text, at);
      case "*": case "_": case "~": case "|": return depth < DEEPEST ? marked() : null;
      default: return null;
    }
  }

  function masked() {
    const match = matchAt(MASKED, text, at);
    const href = match && safe(match[2]);
    return href && { node: { type: "link", href, children: inline(match[1], depth + 1, true) }, next: at + match[0].length };
  }

  function marked() {
    for (const [mark, type] of MARKS) {
      if (!text.startsWith(mark, at) || unclosed.has(mark)) continue;
      const start = at + mark.length;
      if (type === "em" && (text[start] === mark || /\s/.test(text[start] ?? " "))) continue;
      const end = closing(text, start, mark);
      if (end < 0) unclosed.add(mark);
      if (end <= start || !text.slice(start, end).trim()) continue;
      return { node: { type, children: inline(text.slice(start, end), depth + 1, inLink) }, next: end + mark.length };
    }
    return null;
  }
}

/** Finds where a mark closes, skipping escapes, code and, for single marks, doubled ones; -1 if nowhere. */
function closing(text, from, mark) {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === "\\") {
      at += 1;
    } else if (text[at] === "`") {
      const span = code(text, at);
      if (span) at = span.next - 1;
    } else if (text.startsWith(mark, at)) {
      if (mark.length === 2) {
        while (text[at + 2] === mark[0]) at += 1;
        return at;
      }
      if (text[at + 1] === mark) at += 1;
      else if (!/\s/.test(text[at - 1]) && !(mark === "_" && /\w/.test(text[at + 1] ?? ""))) return at;
    }
  }
  return -1;
}

function code(text, at) {
  let width = 1;
  while (text[at + width] === "`") width += 1;
  for (let end = text.indexOf("`", at + width); end >= 0; end = text.indexOf("`", end)) {
    let run = 1;
    while (text[end + run] === "`") run += 1;
    if (run === width) {
      const inside = text.slice(at + width, end);
      if (!inside.trim()) return null;
      return { node: { type: "code", text: width > 1 ? inside.replace(/^ (?=`)|(?<=`) $/g, "") : inside }, next: end + width };
    }
    end += run;
  }
  return null;
}

function everyone(text, at) {
  const match = matchAt(/@(everyone|here)\b/y, text, at);
  return match && { node: { type: "everyone", name: match[0] }, next: at + match[0].length };
}

/** A bare address ends before trailing punctuation and before a bracket that it did not open. */
function bare(text, at) {
  let url = matchAt(BARE, text, at)?.[0];
  if (!url) return null;
  for (;;) {
    const shorter = url.replace(/[.,:;"'!?*_~|\]]+$/, "");
    const unopened = shorter.endsWith(")") && shorter.split(")").length > shorter.split("(").length;
    const trimmed = unopened ? shorter.slice(0, -1) : shorter;
    if (trimmed === url) break;
    url = trimmed;
  }
  const href = safe(url);
  return href && { node: link(url, [{ type: "text", text: url }]), next: at + url.length };
}

function firstOf(rules, text, at) {
  for (const [pattern, make] of rules) {
    const match = matchAt(pattern, text, at);
    const node = match && make(match);
    if (node) return { node, next: at + match[0].length };
  }
  return null;
}

function link(url, children) {
  const href = safe(url);
  return href && { type: "link", href, children };
}

/** Returns the address if it is http or https and well formed. */
export function safe(url) {
  try {
    const parsed = new URL(url);
    return ["http:", "https:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

function matchAt(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function lineEnd(text, at) {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

function takeLines(text, from, belongs) {
  const lines = [];
  let next = from;
  while (next < text.length) {
    const end = lineEnd(text, next);
    const line = text.slice(next, end);
    if (!belongs(line)) break;
    lines.push(line);
    next = end + 1;
  }
  return { lines, next };
}

function isQuote(line) {
  return line.startsWith("> ") || line === ">";
}
