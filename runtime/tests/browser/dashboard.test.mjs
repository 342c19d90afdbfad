// The dashboard in a real browser, with a real bot behind it.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { brokenRules, faintTexts, overhang } from "./accessibility.mjs";
import { STOCK, startBot } from "./bot.mjs";
import { inlineRuns, open, openChat, run, startBrowser } from "./browser.mjs";

/** The pages beside the overview. */
const PAGES = ["/timers", "/discord", "/http", "/log", "/changes"];

let bot, browser;

before(async () => {
  bot = await startBot(...STOCK, "target/test-cogs/fetcher.wasm", "target/test-cogs/rogue.wasm");
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
  assert.deepEqual(cogs.sort(), ["counter", "fetcher", "fun", "rogue", "utility"]);
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
  await page.evaluate(() => (window.same = document.querySelector("main")));
  await run(chat, "/trap"); // the piece is drawn anew
  await figure(page, "rogue", "Errors").filter({ hasText: "2" }).waitFor();
  assert.equal(await fault.getAttribute("open"), "");
  assert.equal(await page.evaluate(() => document.activeElement.closest("details")?.id), "fault-rogue");
  assert.equal(await page.evaluate(() => window.same === document.querySelector("main")), true, "the page was not loaded again");
});

test("what someone selects is left alone, and caught up with", async () => {
  const page = await openDashboard();
  const calls = figure(page, "fun", "Calls");
  const before = Number(await calls.textContent());
  await calls.selectText();
  const chat = await openChat(browser, bot, "ann/general");
  const others = figure(page, "utility", "Calls");
  const earlier = Number(await others.textContent());
  await run(chat, "/coin");
  await run(chat, "/ping");
  await others.filter({ hasText: String(earlier + 1) }).waitFor();
  assert.equal(await calls.textContent(), String(before));
  await page.evaluate(() => getSelection().removeAllRanges());
  await calls.filter({ hasText: String(before + 1) }).waitFor();
});

test("where events don't get through, the page is fetched instead", async () => {
  const page = await openDashboard({ prepare: (context) => context.route("**/live?*", (route) => route.abort()) });
  const before = Number(await figure(page, "fun", "Calls").textContent());
  const chat = await openChat(browser, bot, "ann/general");
  await run(chat, "/coin");
  await figure(page, "fun", "Calls").filter({ hasText: String(before + 1) }).waitFor();
  assert.ok(page.wrongs.every((wrong) => wrong.includes("net::ERR_FAILED")), page.wrongs.join());
  page.wrongs = [];
});

test("how often commands are used is drawn, and told in numbers", async () => {
  const chat = await openChat(browser, bot, "ann/general");
  await run(chat, "/coin");
  const page = await openDashboard();
  await page.locator("#uses-piece rect.well").first().waitFor();
  await page.locator("#uses-table summary").click();
  const row = page.locator("#uses-table tr", { hasText: "fun" });
  assert.ok(Number(await row.locator("td").first().textContent()) >= 1);
  await page.locator("#range-hour").click();
  await page.waitForURL(/range=hour/);
  assert.match(await page.locator("#uses-piece svg").getAttribute("aria-label"), /in 1 hour/);
  assert.equal(await page.locator("#range-hour").getAttribute("aria-current"), "true");
});

test("what the bot asks Discord is told by route, and followed", async () => {
  const chat = await openChat(browser, bot, "ann/general");
  await run(chat, "/ping");
  const page = await open(browser, `${bot.dashboard}/discord`);
  const requests = page.locator("tr", { hasText: "/callback" }).locator("td").first();
  const before = Number(await requests.textContent());
  await run(chat, "/ping");
  await page.bringToFront();
  await requests.filter({ hasText: String(before + 1) }).waitFor();
});

test("what a cog asked of the web is told", async () => {
  const chat = await openChat(browser, bot, "ann/general");
  await run(chat, "/fetch url:http://other.example.org/"); // which nobody lets it reach
  const page = await open(browser, `${bot.dashboard}/http`);
  const row = page.locator("#http tr", { hasText: "fetcher" });
  assert.deepEqual(await row.locator("td").allTextContents(), ["0", "0", "0", "1", "0", "0"]);
});

test("the host's numbers stand in rows of one length, and nothing sticks out, at every width", async () => {
  for (const width of [360, 390, 700, 900, 1280, 1920]) {
    const page = await openDashboard({ viewport: { width, height: 760 } });
    for (const path of ["/", ...PAGES]) {
      await page.goto(bot.dashboard + path);
      assert.equal(await overhang(page), 0, `${path} at ${width}`);
      const tops = await page.locator(".vitals dl > div").evaluateAll((all) => all.map((one) => one.offsetTop));
      const lengths = new Set(tops.map((top) => tops.filter((other) => other === top).length));
      assert.ok(lengths.size <= 1, `${path} at ${width}: rows of ${[...lengths]}`);
    }
    await page.context().close();
  }
});

test("the log follows, and is narrowed down to one interaction", async () => {
  const page = await open(browser, `${bot.dashboard}/log`);
  const chat = await openChat(browser, bot, "ann/general");
  await run(chat, "/fails");
  await run(chat, "/trap");
  const lines = (text) => page.locator(".line.warn", { hasText: text });
  await lines("rogue was told to fail").first().waitFor(); // it follows by itself
  await lines("wasm trap").first().locator(".trace").click();
  await page.waitForURL(/trace=\d+/);
  assert.ok(await lines("wasm trap").count() >= 1);
  assert.equal(await lines("told to fail").count(), 0);
  await page.goto(`${bot.dashboard}/log?text=no+line+has+this`);
  await page.getByText("No line fits.").waitFor();
});

test("a cog is quarantined, released and loaded again, and who did it is told", async () => {
  const page = await openDashboard();
  const chat = await openChat(browser, bot, "ann/general");
  await page.bringToFront();
  await page.locator("#more-utility summary").click();
  await page.locator("#cogs-utility-quarantine").click();
  await page.locator("#cog-piece-utility .state", { hasText: "quarantined" }).waitFor();
  assert.match(await (await run(chat, "/ping")).textContent(), /rests/);
  await page.bringToFront();
  await page.locator("#more-utility summary").click();
  await page.locator("#cogs-utility-release").click();
  await page.locator("#cog-piece-utility .state", { hasText: "running" }).waitFor();
  await page.locator("#more-utility summary").click();
  await page.locator("#cogs-utility-reload").click();
  await page.waitForURL(`${bot.dashboard}/`);
  await page.goto(`${bot.dashboard}/changes`);
  const rows = await page.locator("tbody tr").allTextContents();
  for (const what of ["quarantined", "released", "reloaded: it was the same"]) {
    assert.ok(rows.some((row) => row.includes(what) && row.includes("operator") && row.includes("utility")), what);
  }
});

test("who switched a cog off is told", async () => {
  const page = await open(browser, `${bot.dashboard}/changes`);
  const chat = await openChat(browser, bot, "ann/general");
  await run(chat, "/cogs disable cog:counter");
  await page.locator("tr", { hasText: "switched off" }).filter({ hasText: "ann" }).filter({ hasText: "counter" }).waitFor();
  await run(chat, "/cogs enable cog:counter");
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
      for (const path of PAGES) {
        await page.goto(bot.dashboard + path);
        assert.equal(await overhang(page), 0);
        assert.deepEqual(await faintTexts(page), []);
        if (javaScriptEnabled) assert.deepEqual(await brokenRules(page), []);
      }
    });
  }
}

test("a script written into the page does not run", async () => {
  const page = await openDashboard();
  assert.equal(await inlineRuns(page), false);
  assert.match(page.wrongs.join(), /script-src/);
  page.wrongs = [];
});
