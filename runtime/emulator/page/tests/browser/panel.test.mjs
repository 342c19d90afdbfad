// The right side in a real browser: members by role, how interactions went, and what is made to happen.

import assert from "node:assert/strict";
import { test } from "node:test";

import { brokenRules, faintTexts, overhang } from "../../../../tests/browser/accessibility.mjs";
import { run } from "../../../../tests/browser/browser.mjs";
import { stage } from "./showcase.mjs";

const open = stage();

test("the tabs are moved through by arrows", async () => {
  const page = await open("ann/general");
  await page.getByRole("tab", { name: "Members" }).focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.locator(":focus").textContent(), "Timeline");
  assert.equal(await page.locator("#timeline").isVisible(), true);
  assert.equal(await page.locator("#members-list").isVisible(), false);
  await page.keyboard.press("End");
  assert.equal(await page.locator("#lab").isVisible(), true);
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.locator("#members-list").isVisible(), true);
});

test("the timeline shows each request of the bot, and what never came", async () => {
  const page = await open("ann/general");
  await run(page, "/slow");
  await page.locator("#messages article", { hasText: "And one more thing." }).waitFor();
  await page.getByRole("tab", { name: "Timeline" }).click();
  const slow = page.locator(".timeline", { hasText: "/slow" });
  await slow.locator("summary").press("Enter");
  await slow.locator(".steps li").nth(3).waitFor();
  const steps = await slow.locator(".step-words").allTextContents();
  assert.deepEqual(steps.map((words) => words.replace(/\/[a-z].*$/, "")), ["sent to the bot", "deferredPOST ", "asked forPATCH ", "asked forPOST "]);
  assert.match(steps[1], /callback → 204$/);
  assert.doesNotMatch(steps.join(), /\d{15}/);

  await page.locator("#composer-text").fill("/silent");
  await page.keyboard.press("Enter");
  const silent = page.locator(".timeline", { hasText: "/silent" });
  await silent.locator(".sent", { hasText: "waiting" }).waitFor();
  await silent.locator(".failed", { hasText: "no answer" }).waitFor();
  await page.locator("#messages article", { hasText: "The application did not respond" }).waitFor();
  assert.equal(await slow.evaluate((node) => node.open), true, "what was opened stays open");
});

test("somebody new joins, gets a role and a language, and leaves", async () => {
  const page = await open("ann/general");
  await page.getByRole("tab", { name: "Events" }).click();
  await page.getByLabel("Somebody new").fill("dora");
  await page.keyboard.press("Enter");
  await page.locator(".person", { hasText: "dora" }).click();
  await page.locator("#composer-label", { hasText: "as dora" }).waitFor({ state: "attached" });
  const helper = page.locator("#lab").getByLabel("Helpers");
  await helper.check();
  await page.getByRole("tab", { name: "Members" }).click();
  await page.locator(".member", { hasText: "dora" }).filter({ hasText: "Helpers" }).waitFor();

  await page.getByRole("tab", { name: "Events" }).click();
  const language = page.getByLabel("Language");
  await language.selectOption("de");
  await page.reload();
  await page.locator("#app[data-ready=true]").waitFor();
  await page.getByRole("tab", { name: "Events" }).click();
  assert.equal(await language.inputValue(), "de");
  assert.equal(await helper.isChecked(), true);

  await page.getByRole("button", { name: "dora: leave" }).press("Enter");
  await page.getByRole("button", { name: "dora: join" }).waitFor();
  await page.locator("#channels [data-channel-name]").first().waitFor({ state: "detached" });
  await page.locator("#channel-title", { hasText: "@Showcase" }).waitFor();
});

test("the bot meets a closed line and comes back, and a failed answer is told", async () => {
  const page = await open("ann/bots");
  await page.getByRole("tab", { name: "Events" }).click();
  const states = page.evaluate(() => new Promise((resolve) => {
    const seen = [];
    new MutationObserver(() => {
      seen.push(document.getElementById("bot-state").dataset.connected);
      if (seen.at(-1) === "true") resolve(seen);
    }).observe(document.getElementById("bot-state"), { attributes: true });
  }));
  await page.getByRole("button", { name: "Cut the line" }).click();
  assert.ok((await states).includes("false"));

  await page.getByRole("button", { name: "Fail one callback" }).click();
  await page.locator("#announcer", { hasText: "Done: Fail one callback" }).waitFor({ state: "attached" });
  await page.locator("#composer-text").fill("/secret");
  await page.keyboard.press("Enter");
  await page.locator("#messages article", { hasText: "The application did not respond" }).waitFor();
  assert.match(await (await run(page, "/secret")).textContent(), /Between us/);
});

for (const colorScheme of ["light", "dark"]) {
  test(`every sheet can be read and reached, ${colorScheme}`, async () => {
    const page = await open("ann/general", { colorScheme });
    await run(page, "/slow");
    for (const name of ["Members", "Timeline", "Events"]) {
      await page.getByRole("tab", { name }).click();
      if (name === "Timeline") await page.locator(".timeline summary").first().click();
      assert.deepEqual(await faintTexts(page), [], name);
      assert.deepEqual(await brokenRules(page), [], name);
    }
  });
}

test("on a phone the sheets slide in", async () => {
  const page = await open("ann/general", { viewport: { width: 360, height: 640 } });
  await run(page, "/slow");
  await page.getByRole("button", { name: "Members, timeline and events" }).click();
  await page.locator("#members.open").waitFor();
  await page.getByRole("tab", { name: "Timeline" }).click();
  await page.locator(".timeline summary").first().click();
  assert.equal(await overhang(page), 0);
  await page.keyboard.press("Escape");
  await page.locator("#members.open").waitFor({ state: "detached" });
});
