// Owns embeds and attachments: what hangs below the words of a message.

import { el } from "./dom.js";
import { safe } from "./markdown.js";
import { link, text } from "./text.js";
import { moment } from "./time.js";

/** Pictures that are shown in place; the server hands out no other kind to be shown. */
const SHOWN = /^image\/(png|jpeg|gif|webp|avif)$/;

export function embed(data) {
  const box = el("div", { class: "embed" },
    el("div", { class: "embed-words" },
      data.author?.name && el("p", { class: "embed-author" }, titled(data.author.name, data.author.url)),
      data.title && el("h3", { class: "embed-title" }, data.url ? titled(data.title, data.url) : text(data.title)),
      data.description && el("div", { class: "said embed-description" }, text(data.description)),
      data.fields?.length ? fields(data.fields) : null),
    data.thumbnail?.url && picture(data.thumbnail, "embed-thumbnail", "Thumbnail"),
    data.image?.url && picture(data.image, "embed-image", "Image"),
    foot(data));
  if (Number.isInteger(data.color)) box.style.setProperty("--bar", `#${data.color.toString(16).padStart(6, "0")}`);
  return box;
}

/** Up to three inline fields stand side by side; a block field has a row of its own. */
function fields(all) {
  const rows = [];
  for (const field of all) {
    const last = rows.at(-1);
    if (field.inline && last?.inline && last.fields.length < 3) last.fields.push(field);
    else rows.push({ inline: Boolean(field.inline), fields: [field] });
  }
  return el("div", { class: "fields" }, rows.map((row) =>
    el("div", { class: row.inline ? "field-row inline" : "field-row" }, row.fields.map((field) =>
      el("div", { class: "field" },
        el("div", { class: "field-name" }, text(field.name)),
        el("div", { class: "said field-value" }, text(field.value)))))));
}

function foot({ footer, timestamp }) {
  const when = timestamp ? moment(timestamp) : null;
  if (!footer?.text && !when) return null;
  return el("p", { class: "embed-foot" }, footer?.text, footer?.text && when ? " · " : null, when);
}

function titled(words, url) {
  const href = url ? safe(url) : null;
  return href ? link(href, words) : words;
}

/**
 * A picture of this server is shown. One from elsewhere is named instead: the page loads nothing from the
 * network, so that developing against it needs none.
 */
export function picture({ url, width, height, description }, kind, what) {
  if (url.startsWith("data:image/") || isLocal(url)) {
    return el("img", { class: kind, src: url, alt: description ?? "", width, height, loading: "lazy" });
  }
  const href = safe(url);
  const shown = href ? `${what}: ${new URL(href).host}` : `${what}: ${url}`;
  return el("p", { class: `${kind} picture-elsewhere` }, href ? link(href, shown) : shown);
}

export function attachment(file) {
  const href = isLocal(file.url) ? file.url : safe(file.url ?? "");
  if (isLocal(file.url) && SHOWN.test(file.content_type ?? "")) {
    return el("p", { "data-attachment-id": file.id }, link(href, el("img", { class: "embed-image", src: href, alt: file.description ?? file.filename, loading: "lazy" })));
  }
  const name = file.title ?? file.filename;
  return el("p", { class: "attachment", "data-attachment-id": file.id },
    href ? link(href, name, { download: isLocal(file.url) ? file.filename : null }) : name,
    el("span", { class: "size" }, size(file.size)));
}

function isLocal(url) {
  if (!url || !URL.canParse(url, location.href)) return false;
  const { protocol, host } = new URL(url, location.href);
  return protocol === location.protocol && host === location.host;
}

/** A number of bytes as people read it. */
export function size(bytes) {
  if (!Number.isFinite(bytes)) return "";
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
