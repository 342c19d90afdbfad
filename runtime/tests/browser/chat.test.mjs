// The chat page in a real browser, with a real bot behind it. Each test is a person at a keyboard or with a
// pointer; nothing reaches into the page but to measure it.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { brokenRules, faintTexts, overhang } from "./accessibility.mjs";
import { STOCK, startBot } from "./bot.mjs";
import { inlineRuns, openChat, run, startBrowser } from "./browser.mjs";

/** The list is moved through from the text box, which keeps the focus; the checker does not see that. */
const PICKER_SCROLLS = "Scrollable region must have keyboard access: #picker";

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

test("a command is found, chosen and run with the keyboard alone", async () => {
  const page = await openChat(browser, bot, "ann/general");
  await page.keyboard.press("Tab");
  assert.equal(await page.locator(":focus").textContent(), "Skip to the message box");
  await page.keyboard.press("Enter");
  await page.keyboard.type("/rol");
  const offered = page.locator("#picker [role=option]");
  await offered.first().waitFor();
  assert.deepEqual(await offered.evaluateAll((all) => all.map(({ dataset }) => dataset.command)), ["roll", "cogs rollback"]);

  await page.keyboard.press("Tab");
  await page.locator("#command-form").waitFor();
  await page.getByRole("button", { name: "+ dice" }).press("Enter");
  await page.keyboard.type("2d6+1");
  await page.keyboard.press("Enter");
  const answer = page.locator("#messages article", { hasText: "🎲 2d6+1:" });
  await answer.waitFor();
  assert.match(await answer.textContent(), /Ann used \/roll/i);
  assert.match(await answer.textContent(), /= \d+/);
  assert.equal(await page.locator(":focus").getAttribute("id"), "composer-text");
});

test("options typed wrong are refused at the field, and nothing is sent", async () => {
  const page = await openChat(browser, bot, "ann/general");
  const before = await page.locator("#messages article").count();
  await page.locator("#composer-text").fill("/late how:Tomorrow ms:soon");
  await page.keyboard.press("Enter");
  const problem = (option) => page.locator(`[data-option=${option}] .problem`);
  await problem("ms").filter({ hasText: "Needs a whole number." }).waitFor();
  assert.equal(await page.locator("#option-ms").getAttribute("aria-invalid"), "true");
  assert.equal(await page.locator("#messages article").count(), before);
});

test("dice that the cog can't read are answered with why, and only the person sees it", async () => {
  const ann = await openChat(browser, bot, "ann/general");
  const ben = await openChat(browser, bot, "ben/general");
  const answer = await run(ann, "/roll dice:2dd");
  assert.match(await answer.textContent(), /I don't understand d\. Write dice such as 2d6\+1/);
  assert.match(await answer.textContent(), /Only you can see this/);
  await run(ben, "/coin"); // all that was before it has come as well
  const refusals = (page) => page.locator("#messages article", { hasText: "I don't understand d." });
  assert.equal(await refusals(ben).count(), 0);
  await answer.getByRole("button", { name: "Dismiss" }).click();
  await refusals(ann).waitFor({ state: "detached" });
});

test("a deferred answer is shown as thinking until it comes", async () => {
  const page = await openChat(browser, bot, "ann/general");
  await page.evaluate(() => {
    globalThis.thoughts = [];
    new MutationObserver(() => {
      for (const { textContent } of document.querySelectorAll("article.loading .thinking")) thoughts.push(textContent);
    }).observe(document.getElementById("messages"), { childList: true, subtree: true });
  });
  await run(page, "/defers private:true");
  const answer = page.locator("#messages article", { hasText: "done thinking" });
  await answer.waitFor();
  assert.ok((await page.evaluate("thoughts")).includes("Cogbox is thinking…"));
  assert.equal(await page.locator(".thinking").count(), 0);
  assert.match(await answer.textContent(), /Only you can see this/);
});

test("a click counts, in place, for everyone", async () => {
  const ann = await openChat(browser, bot, "ann/bots");
  const ben = await openChat(browser, bot, "ben/bots");
  await run(ann, "/count");
  for (const [person, page, total] of [["ann", ann, 2], ["ben", ben, 3]]) {
    await page.getByRole("button", { name: "+1" }).click();
    for (const seen of [ann, ben]) {
      await seen.getByText(`This server has counted to ${total}.`).waitFor();
      assert.equal(await seen.locator("#messages article").count(), 1, `after ${person} clicked`);
    }
  }
});

test("a failure is told where the person looks", async () => {
  const page = await openChat(browser, bot, "ann/bots");
  const answer = await run(page, "/trap");
  assert.match(await answer.textContent(), /went wrong/);
});

for (const colorScheme of ["light", "dark"]) {
  test(`everything can be read and reached, ${colorScheme}`, async () => {
    const page = await openChat(browser, bot, "cleo/general", { colorScheme });
    await run(page, "/serverinfo");
    await run(page, "/roll dice:2dd");
    await run(page, "/count");
    assert.deepEqual(await faintTexts(page), []);
    assert.deepEqual(await brokenRules(page), []);
    await page.locator("#composer-text").fill("/");
    await page.locator("#picker [role=option]").first().waitFor();
    assert.deepEqual(await faintTexts(page), []);
    assert.deepEqual((await brokenRules(page)).filter((rule) => rule !== PICKER_SCROLLS), []);
  });
}

test("on a phone nothing sticks out, and the panels slide in", async () => {
  const page = await openChat(browser, bot, "ann/general", { viewport: { width: 360, height: 640 } });
  await run(page, "/serverinfo");
  assert.equal(await overhang(page), 0);
  await page.getByRole("button", { name: "Channels and people" }).click();
  await page.locator("#sidebar.open").waitFor();
  await page.getByRole("button", { name: "bots" }).click();
  await page.locator("#channel-title", { hasText: "#bots" }).waitFor();
  assert.equal(await overhang(page), 0);
});

test("a script written into the page does not run", async () => {
  const page = await openChat(browser, bot, "ann/general");
  assert.equal(await inlineRuns(page), false);
  assert.match(page.wrongs.join("\n"), /script-src/);
  page.wrongs = [];
});
