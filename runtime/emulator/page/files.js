// Owns files that a person picks: for a message (the button, dropping, pasting), for an option of a command,
// for a field of a form. The server keeps each at once; what is sent later is its id.

import * as api from "./api.js";
import { guard } from "./actions.js";
import { announce, byId, el, icon } from "./dom.js";
import { size } from "./embed.js";
import { changed, state } from "./state.js";

/** Files of one message (Discord). */
const MOST = 10;

let picked = []; // { id, filename, size } for the next message
let underway = Promise.resolve();

/** Wires the composer's part; call once. */
export function startFiles() {
  const input = byId("pick-files");
  byId("attach").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    add([...input.files]);
    input.value = "";
  });
  const composer = byId("composer-box");
  byId("composer-text").addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files];
    if (files.length) event.preventDefault();
    add(files);
  });
  const main = composer.closest("main");
  main.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    composer.classList.add("dropping");
  });
  main.addEventListener("dragleave", () => composer.classList.remove("dropping"));
  main.addEventListener("drop", (event) => {
    composer.classList.remove("dropping");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    add([...event.dataTransfer.files]);
  });
}

/** Takes the files of the next message, once all of them are kept; `back` puts them into the composer again. */
export async function takeFiles() {
  await underway;
  const taken = picked;
  picked = [];
  draw();
  return { ids: taken.map(({ id }) => id), back: () => { picked = taken; draw(); } };
}

export const hasFiles = () => picked.length > 0;

/** Puts away what was picked, because another place or person is shown. */
export function forgetFiles() {
  picked = [];
  draw();
}

function add(files) {
  if (!files.length) return;
  if (picked.length + files.length > MOST) return changed("refused", `A message takes at most ${MOST} files.`);
  const [place, me] = [state.channel, state.me];
  underway = underway.then(() => guard(async () => {
    for (const file of files) {
      const kept = await api.upload(me, file);
      if (state.channel !== place || state.me !== me) return;
      picked.push(kept);
    }
    draw();
    announce(`${picked.length} ${picked.length === 1 ? "file" : "files"} attached`);
  }));
}

function draw() {
  const list = byId("picked");
  list.hidden = !picked.length;
  list.replaceChildren(...picked.map((file) => el("li", { class: "attachment" }, el("span", {}, file.filename),
    el("span", { class: "size" }, size(file.size)),
    el("button", {
      type: "button", class: "icon-button", "aria-label": `Leave out ${file.filename}`,
      on: { click: () => { picked = picked.filter((one) => one !== file); draw(); byId("composer-text").focus(); } },
    }, icon("M6 6l8 8M14 6l-8 8")))));
}

/**
 * A field that takes files. `types` are those it asks for: endings such as ".pdf", or "image", "video" and
 * "audio". Returns `{ node, ids }`: the input, and what gives the ids of the kept files; `busy(true)` is
 * called when one sets out, `busy(false)` when all are there.
 */
export function fileField(attributes, { most = 1, types, ids = [] }, busy) {
  let kept = ids;
  const node = el("input", {
    ...attributes, type: "file", multiple: most > 1,
    accept: (types ?? []).map((type) => (type.startsWith(".") ? type : `${type}/*`)).join(",") || null,
    on: {
      change: async () => {
        kept = [];
        busy(true);
        await guard(async () => {
          for (const file of node.files) kept.push((await api.upload(state.me, file)).id);
        });
        if (kept.length < node.files.length) node.value = "";
        busy(false);
      },
    },
  });
  return { node, ids: () => kept };
}
