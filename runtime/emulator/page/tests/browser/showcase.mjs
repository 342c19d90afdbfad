// Owns what the page's browser tests look at: the example `showcase` (a local Discord and a small bot), and
// the page opened from the files in this tree, so that a test sees what was written last.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { after, afterEach, before } from "node:test";
import { fileURLToPath } from "node:url";

import { openChat, startBrowser } from "../../../../tests/browser/browser.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const built = process.env.CARGO_TARGET_DIR ?? here("../../../../../target");

/**
 * Sets up the tests of a file: the example and a browser for all of them. After each test its windows are
 * closed, and nothing may have gone wrong in them. Returns `open(place, options)`.
 */
export function stage() {
  let browser, showcase;
  before(async () => {
    showcase = await startShowcase();
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    await showcase?.stop();
  });
  afterEach(async () => {
    const pages = browser.contexts().flatMap((context) => context.pages());
    await Promise.all(browser.contexts().map((context) => context.close()));
    assert.deepEqual(pages.flatMap(({ wrongs }) => wrongs), []);
  });
  return (place, options) => openPage(browser, showcase, place, options);
}

/** Notes that the server was meant to refuse one request of this page, which browsers call an error. */
export function refusedOnce(page) {
  const at = page.wrongs.findIndex((wrong) => wrong.includes("status of 400"));
  assert.notEqual(at, -1, "the server refused nothing");
  page.wrongs.splice(at, 1);
}

/** The button in a message's corner with this name. */
export const tool = (message, name) => message.getByRole("button", { name, exact: true });

/** The same message on another person's page. */
export async function same(page, message) {
  const id = await message.getAttribute("data-message-id");
  return page.locator(`article[data-message-id="${id}"]`);
}

/** Starts the example on a port of its own; returns `{ chat, stop }`. `cargo test` builds it. */
export async function startShowcase() {
  const child = spawn(`${built}/debug/examples/showcase`, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve(code ?? signal));
    child.once("error", (error) => resolve(error.message));
  });
  const told = new Promise((resolve) => {
    let chat;
    createInterface({ input: child.stdout }).on("line", (line) => {
      chat ??= /^local Discord (http:\S+)\/$/.exec(line)?.[1];
      if (line === "ready") resolve(chat);
    });
  });
  const chat = await Promise.race([told, ended.then((why) => { throw new Error(`the example ended: ${why}`); })]);
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  return { chat, stop };
}

/** Opens the page as a person in a place, such as "ann/general", in a window of its own. */
export async function openPage(browser, showcase, place, options) {
  return openChat(browser, showcase, place, { ...options, prepare: serveFromDisk });
}

async function serveFromDisk(context) {
  // A page that comes from no server is a stranger to this machine, and its sockets take a permission.
  await context.grantPermissions(["local-network-access"]);
  await context.route("**/page/*", (route) => {
    const { pathname } = new URL(route.request().url());
    return route.fulfill({ path: here(`../..${pathname.slice("/page".length)}`) });
  });
  await context.route((url) => url.pathname === "/", async (route) => {
    const response = await route.fetch();
    return route.fulfill({ response, body: await readFile(here("../../index.html"), "utf8") });
  });
}
