// Threads, and changing what was written, in a real browser.

import assert from "node:assert/strict";
import { test } from "node:test";

import { brokenRules, faintTexts, overhang } from "../../../../tests/browser/accessibility.mjs";
import { run } from "../../../../tests/browser/browser.mjs";
import { same, stage, tool } from "./showcase.mjs";

const open = stage();

/** Chooses from the menu of the thread shown. */
async function choose(page, label) {
  await page.getByRole("button", { name: "This thread" }).click();
  await page.getByRole("menuitem", { name: label }).click();
}

test("a thread is started from a message by keyboard, joined by another person, archived and locked", async () => {
  const ann = await open("ann/general");
  const ben = await open("ben/general");
  const message = await run(ann, "The pond leaks.");
  const seen = await same(ben, message);
  await tool(message, "More").press("Enter");
  await ann.getByRole("menuitem", { name: "Start a thread" }).press("Enter");
  await ann.getByLabel("Name of the thread").fill("Mending the pond");
  await ann.keyboard.press("Enter");
  await ann.locator("#channel-title", { hasText: "Mending the pond" }).waitFor();
  assert.equal(await ann.locator("#channel-topic").textContent(), "Thread in #general");
  await ann.locator("#messages blockquote", { hasText: "The pond leaks." }).waitFor();

  const line = seen.getByRole("button", { name: /Mending the pond/ });
  await line.press("Enter");
  await ben.locator("#channel-title", { hasText: "Mending the pond" }).waitFor();
  await choose(ben, "Join");
  await run(ben, "I bring the clay.");
  await ann.locator("#messages article", { hasText: "I bring the clay." }).waitFor();
  assert.equal(await ben.locator(".threads .place[aria-current=page]").textContent(), "Mending the pond");
  await choose(ben, "Back to #general");
  await seen.getByRole("button", { name: "Mending the pond 1 message" }).waitFor();

  await choose(ann, "Archive");
  await ann.locator("#channel-topic", { hasText: "archived" }).waitFor();
  await ben.locator(".threads .place", { hasText: "Mending the pond" }).waitFor({ state: "detached" });
  await ben.getByRole("button", { name: "Threads", exact: true }).click();
  await ben.locator(".popup [data-thread]", { hasText: "Mending the pond archived" }).press("Enter");
  await run(ben, "One more thing."); // which opens it again
  await ben.locator("#channel-topic").filter({ hasNotText: "archived" }).waitFor();

  await choose(ann, "Lock");
  await ben.locator("#composer-text:disabled").waitFor();
  assert.equal(await ann.locator("#composer-text").isEnabled(), true);
  await choose(ann, "Unlock");
  await ben.locator("#composer-text:enabled").waitFor();
});

test("a private thread is seen by those who are in it", async () => {
  const ann = await open("ann/bots");
  const ben = await open("ben/bots");
  await ann.getByRole("button", { name: "Threads", exact: true }).click();
  await ann.getByText("There are none yet.").waitFor();
  await ann.getByLabel("Name of the thread").fill("A surprise");
  await ann.getByLabel("Private").check();
  await ann.getByRole("button", { name: "Start a thread" }).click();
  await ann.locator("#channel-topic", { hasText: "Private thread in #bots" }).waitFor();
  await run(ann, "Nobody else reads this.");
  await run(ben, "Is anything going on?");
  assert.equal(await ben.getByRole("button", { name: "A surprise" }).count(), 0);
});

test("a command runs in a thread", async () => {
  const ann = await open("ann/general");
  await ann.getByRole("button", { name: "Threads", exact: true }).click();
  await ann.getByLabel("Name of the thread").fill("Commands");
  await ann.keyboard.press("Enter");
  await ann.locator("#channel-title", { hasText: "Commands" }).waitFor();
  const answer = await run(ann, "/secret");
  assert.match(await answer.textContent(), /Between us/);
});

test("what was written is changed and deleted by its author, and others see it", async () => {
  const ann = await open("ann/general");
  const ben = await open("ben/general");
  const message = await run(ben, "The gate is opne.");
  await tool(message, "More").press("Enter");
  await ben.getByRole("menuitem", { name: "Edit" }).press("Enter");
  await ben.getByRole("textbox", { name: "Edit the message" }).fill("The gate is open.");
  await ben.keyboard.press("Enter");
  const seen = await same(ann, message);
  await seen.getByText("The gate is open.").waitFor();
  await seen.locator(".edited").waitFor();
  await tool(seen, "More").click();
  assert.equal(await ann.getByRole("menuitem", { name: "Edit" }).count(), 0);
  await ann.keyboard.press("Escape");
  await tool(message, "More").click();
  await ben.getByRole("menuitem", { name: "Delete" }).click();
  await seen.waitFor({ state: "detached" });
});

for (const colorScheme of ["light", "dark"]) {
  test(`threads can be read and reached on a phone, ${colorScheme}`, async () => {
    const page = await open("ann/general", { colorScheme, viewport: { width: 360, height: 740 } });
    const message = await run(page, "A message with a thread about something with a rather long name");
    await tool(message, "More").click();
    await page.getByRole("menuitem", { name: "Start a thread" }).click();
    assert.deepEqual(await brokenRules(page), []);
    await page.getByLabel("Name of the thread").fill("A thread about something with a rather long name, which does not fit");
    await page.keyboard.press("Enter");
    await page.locator("#channel-title", { hasText: "A thread about" }).waitFor();
    await run(page, "One");
    assert.equal(await overhang(page), 0);
    await choose(page, "Back to #general");
    await message.getByRole("button", { name: /A thread about/ }).waitFor();
    assert.equal(await overhang(page), 0);
    assert.deepEqual(await faintTexts(page), []);
    assert.deepEqual(await brokenRules(page), []);
  });
}
