// The pages of servers in a real browser, with a real bot behind them.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { brokenRules, faintTexts, overhang } from "./accessibility.mjs";
import { startBot } from "./bot.mjs";
import { open, openChat, run, startBrowser } from "./browser.mjs";

let bot, browser;

before(async () => {
  bot = await startBot("target/cogs/counter.wasm", "target/test-cogs/clockwork.wasm");
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

/** Opens the page of a cog in the local server, on the way that people take. */
async function openCog(cog, options) {
  const page = await open(browser, `${bot.dashboard}/guilds`, options);
  await page.getByRole("link", { name: "Cogbox Lab" }).click();
  await page.locator(`#cog-${cog}`).getByRole("link", { name: cog }).click();
  await page.locator("#settings").waitFor();
  return page;
}

/** Everything that can be measured of a page as it stands. */
async function looksRight(page, scripts = true) {
  await page.waitForLoadState(); // the style as well
  assert.equal(await overhang(page), 0);
  assert.deepEqual(await faintTexts(page), []);
  if (scripts) assert.deepEqual(await brokenRules(page), []);
}

test("what can't be set is told beside its field, by keyboard alone", async () => {
  const page = await openCog("clockwork");
  const volume = page.getByLabel("Volume");
  await volume.focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("eleven");
  await page.getByLabel("Motto").fill("Tick");
  await volume.press("Enter");
  await page.getByRole("alert").waitFor();
  page.wrongs = page.wrongs.filter((wrong) => !wrong.includes("422")); // Chromium notes the answer's status
  assert.match(await page.title(), /^Not saved/);
  assert.equal(await volume.inputValue(), "eleven");
  assert.equal(await page.getByLabel("Motto").inputValue(), "Tick");
  assert.equal(await volume.evaluate((field) => field === document.activeElement), true, "the keyboard is at the mistake");
  const about = await volume.getAttribute("aria-describedby");
  const told = await page.locator(`#${about.split(" ")[0]}`).textContent();
  assert.equal(told, "That was not set: eleven is not a number.");
  await looksRight(page);

  await volume.fill("7.5");
  await volume.press("Enter");
  await page.getByRole("status").waitFor();
  assert.equal(await page.locator(".tag.good").count(), 2);
  const chat = await openChat(browser, bot, "ann/general");
  assert.match(await (await run(chat, "/show key:volume")).textContent(), /7\.5/);
  assert.match(await (await run(chat, "/show key:motto")).textContent(), /Tick/);
  await page.bringToFront();
  await page.getByRole("button", { name: /Default: 5/ }).click();
  await page.waitForURL(/saved=volume/);
  assert.equal(await volume.inputValue(), "5");
});

test("a cog is turned off, and what it may do is withheld", async () => {
  const page = await openCog("clockwork");
  await page.getByRole("button", { name: "Withhold messages" }).click();
  await page.getByRole("button", { name: "Give back messages" }).click();
  await page.getByRole("button", { name: "Withhold messages" }).waitFor();
  await page.getByRole("button", { name: "Turn off" }).click();
  await page.getByRole("button", { name: "Turn on" }).waitFor();
  const chat = await openChat(browser, bot, "ann/general");
  assert.match(await (await run(chat, "/waiting")).textContent(), /switched off in this server/);
  await page.bringToFront();
  await page.goto(`${bot.dashboard}/guilds?search=lab`);
  await page.getByRole("link", { name: "Cogbox Lab" }).click();
  const rows = await page.locator("tbody tr").allTextContents();
  for (const what of ["withheld messages", "restored messages", "switched off"]) {
    assert.ok(rows.some((row) => row.includes(what) && row.includes("operator")), what);
  }
  await page.locator("#cog-clockwork").getByRole("button", { name: "Turn on" }).click();
  await page.waitForURL(/#cog-clockwork$/);
  assert.equal(await page.locator("#cog-clockwork .state").textContent(), "on");
});

for (const javaScriptEnabled of [true, false]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`it fits a phone and can be read, ${colorScheme}, ${javaScriptEnabled ? "with" : "without"} scripts`, async () => {
      const page = await openCog("clockwork", { viewport: { width: 360, height: 640 }, colorScheme, javaScriptEnabled });
      await looksRight(page, javaScriptEnabled);
      await page.getByLabel("Volume").fill("much");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByRole("alert").waitFor();
      page.wrongs = page.wrongs.filter((wrong) => !wrong.includes("422"));
      await looksRight(page, javaScriptEnabled);
      for (const path of ["/guilds", "/guilds?search=nowhere", "/access"]) {
        await page.goto(bot.dashboard + path);
        await looksRight(page, javaScriptEnabled);
      }
      await page.goto(`${bot.dashboard}/guilds`);
      await page.getByRole("link", { name: "Cogbox Lab" }).click();
      await looksRight(page, javaScriptEnabled);
    });
  }
}
