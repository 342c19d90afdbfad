// Channels, the direct message, menus, sub-commands and selects in a real browser.

import assert from "node:assert/strict";
import { test } from "node:test";

import { brokenRules, faintTexts } from "../../../../tests/browser/accessibility.mjs";
import { run } from "../../../../tests/browser/browser.mjs";
import { same, stage, tool } from "./showcase.mjs";

const open = stage();

test("a channel is added, closed to writing, and hidden from everyone but its owner", async () => {
  const ann = await open("ann/general");
  const ben = await open("ben/general");
  await ann.getByRole("tab", { name: "Events" }).click();
  await ann.getByLabel("Another channel").fill("The Garden");
  await ann.keyboard.press("Enter");
  await ben.getByRole("button", { name: "the-garden" }).click();
  await ben.locator("#channel-title", { hasText: "#the-garden" }).waitFor();
  await ann.getByRole("button", { name: "the-garden" }).click();

  await ann.getByLabel("Everyone writes in it").uncheck();
  await ben.locator("#composer-text:disabled").waitFor();
  assert.equal(await ben.locator("#composer-text").getAttribute("placeholder"), "You may not write here.");
  assert.equal(await ann.locator("#composer-text").isEnabled(), true);

  await ann.getByLabel("Everyone sees it").uncheck();
  await ben.getByRole("button", { name: "the-garden" }).waitFor({ state: "detached" });
  await ben.locator("#channel-title", { hasText: "#general" }).waitFor();
  assert.equal(await ann.getByRole("button", { name: "the-garden" }).count(), 1);
});

test("a command runs in the direct message with the bot", async () => {
  const page = await open("cleo/@");
  await page.locator("#channel-title", { hasText: "@Showcase" }).waitFor();
  const answer = await run(page, "/secret");
  assert.match(await answer.textContent(), /Between us/);
});

test("sub-commands stand in the list by their full names", async () => {
  const page = await open("ann/general");
  await page.locator("#composer-text").fill("/team");
  const offered = page.locator("#picker [role=option]");
  await offered.first().waitFor();
  assert.deepEqual(await offered.evaluateAll((all) => all.map(({ dataset }) => dataset.command)), ["team add", "team list all"]);
  const answer = await run(page, "/team add @ben");
  assert.match(await answer.textContent(), /used \/team add/);
});

test("commands on a message and on a person are run from their menus", async () => {
  const page = await open("ann/general");
  const message = await run(page, "The gate squeaks.");
  await tool(message, "More").press("Enter");
  await page.getByRole("menuitem", { name: "Quote" }).press("Enter");
  await page.locator("#messages blockquote", { hasText: "The gate squeaks." }).waitFor();
  await page.locator(".member", { hasText: "cleo" }).press("Enter");
  await page.getByRole("menuitem", { name: "Wave" }).press("Enter");
  await page.locator("#messages article", { hasText: "👋 @cleo" }).waitFor();
});

test("every kind of select is chosen from, and a button changes its message for all", async () => {
  const ann = await open("ann/bots");
  const ben = await open("ben/bots");
  const card = await run(ann, "/card");
  const answers = ann.locator("#messages article", { hasText: /You chose/ });
  const sheet = ann.locator(".popup");
  await card.getByRole("button", { name: "Some fruit" }).press("Enter");
  await sheet.getByLabel("apple").check();
  await sheet.getByLabel("fig").check();
  await sheet.getByRole("button", { name: "Choose" }).click();
  await answers.filter({ hasText: "You chose apple, fig." }).waitFor();
  for (const [opener, label] of [["Somebody", "ben"], ["A role", "Helpers"], ["A channel", "general"]]) {
    const before = await answers.count();
    await card.getByRole("button", { name: opener }).press("Enter");
    await sheet.getByLabel(label, { exact: true }).press("Space");
    await sheet.getByRole("button", { name: "Choose" }).press("Enter");
    await answers.nth(before).filter({ hasText: /You chose \d+\./ }).waitFor();
  }
  await (await same(ben, card)).getByRole("button", { name: "Count me" }).click();
  await card.getByText("ben pressed it.").waitFor();
});

test("a poll is voted in, by several people, and a vote taken back", async () => {
  const ann = await open("ann/general", { colorScheme: "dark" });
  const ben = await open("ben/general");
  const answer = await run(ann, "/poll");
  assert.match(await answer.textContent(), /What shall we plant\?Figs0🌳 Plums00 votes/);
  await answer.getByRole("button", { name: /Figs/ }).press("Enter");
  await answer.getByText("1 vote").waitFor();
  assert.equal(await answer.getByRole("button", { name: /Figs/ }).getAttribute("aria-pressed"), "true");
  const seen = await same(ben, answer);
  assert.equal(await seen.getByRole("button", { name: /Figs/ }).getAttribute("aria-pressed"), "false");
  await seen.getByRole("button", { name: /Plums/ }).click();
  await answer.getByText("2 votes").waitFor();
  await answer.getByRole("button", { name: /Figs/ }).click();
  await seen.getByText("1 vote").waitFor();
  await run(ann, "/panel");
  assert.deepEqual(await faintTexts(ann), []);
  assert.deepEqual(await brokenRules(ann), []);
});
