// Owns the browser: Chromium without a window, pages that are watched for what no page may do, and the
// few gestures that tests and pictures share. Knows nothing of how the bot is started.

import { createRequire } from "node:module";

/** Where runtime/prerequisites.sh puts the packages. */
const tools = createRequire(new URL("../../../target/tools/browser/", import.meta.url));
const { chromium } = tools("playwright-core");

/** Source of the accessibility checker, for `accessibility.mjs`. */
export const axe = tools("axe-core").source;

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

/** How long a page may take for one thing on a slow, busy machine, in milliseconds. */
const PATIENCE = 60_000;

export function startBrowser() {
  return chromium.launch({ executablePath: "/usr/bin/chromium", headless: true, args: FLAGS });
}

/**
 * Opens `url` in a window of its own. Returns the page; its `wrongs` collects, as sentences, errors on
 * the console, scripts that failed, requests to other hosts, and breaches of the page's own policy.
 * `options` are Playwright's for a context, and `prepare`, which gets the context first.
 */
export async function open(browser, url, { prepare, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 760 }, ...options });
  await prepare?.(context);
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  page.wrongs = [];
  page.on("pageerror", (error) => page.wrongs.push(`a script failed: ${error.message}`));
  page.on("console", (line) => line.type() === "error" && page.wrongs.push(`the console says: ${line.text()}`));
  page.on("request", (request) => {
    const asked = new URL(request.url());
    if (asked.protocol !== "data:" && asked.host !== new URL(url).host) page.wrongs.push(`it asked ${asked.host}`);
  });
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => {
      console.error(`${event.effectiveDirective} forbids ${event.blockedURI}`);
    });
  });
  await page.goto(url);
  return page;
}

/** Opens the chat page as a person in a place, such as "ann/general", and waits until it is complete. */
export async function openChat(browser, bot, place, options) {
  const page = await open(browser, `${bot.chat}/#${place}`, options);
  await page.locator("#app[data-ready=true]").waitFor();
  return page;
}

/** Types a line into the composer, sends it, and waits for the answer, which it returns. */
export async function run(page, line) {
  const answers = page.locator("#messages article[data-message-id]:not(.loading)");
  const before = await answers.count();
  await page.locator("#composer-text").fill(line);
  await page.locator("#composer-text").press("Enter");
  await answers.nth(before).waitFor();
  const id = await answers.nth(before).getAttribute("data-message-id");
  return page.locator(`article[data-message-id="${id}"]`);
}

/** Whether a script written into the page runs, which the page's policy forbids; an attempt is noted in `wrongs`. */
export function inlineRuns(page) {
  return page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "globalThis.ranInline = true";
    document.body.append(script);
    return globalThis.ranInline === true;
  });
}
