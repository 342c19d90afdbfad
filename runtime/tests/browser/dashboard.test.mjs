// The dashboard in a real browser, with a real bot behind it.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { brokenRules, faintTexts, overhang } from "./accessibility.mjs";
import { STOCK, startBot } from "./bot.mjs";
import { inlineRuns, open, openChat, run, startBrowser } from "./browser.mjs";

let bot, browser;

before(async () => {
  bot = await startBot(...STOCK, "target/test-cogs/rogue.wasm");
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await bot?.stop();
});

/** Whatever a test does, the page behind it does nothing wrong. */
afterEach(async () => {
  for (const context of browser.contexts()) {
    for (const page of context.pages()) assert.deepEqual(page.wrongs, []);
    await context.close();
  }
});

/** A figure of a cog, as the page shows it. */
const figure = (page, cog, name) =>
  page.locator("article.cog", { has: page.locator(`#cog-${cog}`) }).locator("dl.figures > div", { hasText: name }).locator("dd");

async function openDashboard(options) {
  return open(browser, bot.dashboard, options);
}

test("it shows each cog, and counts the call that was just made", async () => {
  const page = await openDashboard();
  const cogs = await page.locator("article.cog h3").allTextContents();
  assert.deepEqual(cogs.sort(), ["counter", "fun", "rogue", "utility"]);
  const before = Number(await figure(page, "fun", "Calls").textContent());

  const chat = await openChat(browser, bot, "ann/general");
  await run(chat, "/roll dice:2d6");
  await page.bringToFront();
  await figure(page, "fun", "Calls").filter({ hasText: String(before + 1) }).waitFor(); // it follows by itself
  await page.reload();
  assert.equal(await figure(page, "fun", "Calls").textContent(), String(before + 1));
});

test("a crash is shown with its backtrace, which opens by keyboard and stays open", async () => {
  const chat = await openChat(browser, bot, "ann/general");
  await run(chat, "/trap");
  const page = await openDashboard();
  assert.equal(await figure(page, "rogue", "Errors").textContent(), "1");
  const fault = page.locator("#fault-rogue");
  await fault.locator("summary").press("Enter");
  assert.match(await fault.locator("pre").textContent(), /rogue::faults::trap/);
  await page.waitForResponse((answer) => answer.url() === `${bot.dashboard}/`); // the next refresh
  assert.equal(await fault.getAttribute("open"), "");
});

for (const javaScriptEnabled of [true, false]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`everything fits a phone and can be read, ${colorScheme}, ${javaScriptEnabled ? "with" : "without"} scripts`, async () => {
      const page = await openDashboard({ viewport: { width: 360, height: 640 }, colorScheme, javaScriptEnabled });
      for (const summary of await page.locator("summary").all()) await summary.click();
      assert.ok(await page.locator("details[open]").count() >= 4);
      assert.equal(await overhang(page), 0);
      assert.deepEqual(await faintTexts(page), []);
      if (javaScriptEnabled) assert.deepEqual(await brokenRules(page), []);
    });
  }
}

test("a script written into the page does not run", async () => {
  const page = await openDashboard();
  assert.equal(await inlineRuns(page), false);
  assert.match(page.wrongs.join(), /script-src/);
  page.wrongs = [];
});
