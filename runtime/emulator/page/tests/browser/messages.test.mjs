// What people do with messages, in a real browser: reacting, replying, pinning, and names offered while an
// option is typed.

import assert from "node:assert/strict";
import { test } from "node:test";

import { brokenRules, faintTexts, overhang } from "../../../../tests/browser/accessibility.mjs";
import { run } from "../../../../tests/browser/browser.mjs";
import { refusedOnce, same, stage, tool } from "./showcase.mjs";

const open = stage();

test("a reaction is added by keyboard, joined by another person, named, and taken back", async () => {
  const ann = await open("ann/general");
  const ben = await open("ben/general");
  const message = await run(ann, "Who comes along?");
  await tool(message, "React").press("Enter");
  await ann.getByRole("button", { name: "React with 👍" }).waitFor();
  await ann.keyboard.press("Enter"); // the first one has the focus
  const pressed = message.getByRole("button", { name: "👍, 1 reaction" });
  await pressed.waitFor();
  assert.equal(await pressed.getAttribute("aria-pressed"), "true");

  const seen = await same(ben, message);
  await seen.getByRole("button", { name: "👍, 1 reaction" }).click();
  await message.getByRole("button", { name: "👍, 2 reactions" }).waitFor();
  await tool(message, "More").click();
  await ann.getByRole("menuitem", { name: "Who reacted" }).click();
  const who = ann.getByRole("dialog", { name: "Who reacted" });
  assert.match(await who.textContent(), /👍ann, ben/);
  await ann.keyboard.press("Escape");

  await message.getByRole("button", { name: "👍, 2 reactions" }).press("Enter");
  const left = message.getByRole("button", { name: "👍, 1 reaction" });
  await left.waitFor();
  assert.equal(await left.getAttribute("aria-pressed"), "false");
  assert.equal(await left.evaluate((node) => node === document.activeElement), true, "the focus stays where it was");
});

test("another emoji can be typed, and what is none is refused with why", async () => {
  const page = await open("ann/general");
  const message = await run(page, "Something to plant");
  await tool(message, "React").click();
  await page.getByLabel("Another").fill("🌱");
  await page.keyboard.press("Enter");
  await message.getByRole("button", { name: "🌱, 1 reaction" }).waitFor();
  await message.getByRole("button", { name: "Add a reaction" }).click();
  await page.getByLabel("Another").fill("plant");
  await page.keyboard.press("Enter");
  await page.locator("#composer-error", { hasText: "no emoji" }).waitFor();
  refusedOnce(page);
});

test("a reply says what it answers, and leads there", async () => {
  const ann = await open("ann/bots");
  const ben = await open("ben/bots");
  const question = await run(ann, "Where is the rake?");
  for (let line = 0; line < 15; line += 1) await run(ann, `line ${line}`);
  const asked = await same(ben, question);
  await tool(asked, "Reply").press("Enter");
  assert.match(await ben.locator("#replying").textContent(), /Replying to ann/);
  const answer = await run(ben, "In the shed.");
  assert.equal(await ben.locator("#replying").isVisible(), false);
  const way = (await same(ann, answer)).getByRole("button", { name: "Replies to ann Where is the rake?" });
  await way.press("Enter");
  assert.equal(await question.evaluate((node) => node === document.activeElement), true);
  const inside = await question.evaluate((node) => {
    const [box, frame] = [node.getBoundingClientRect(), document.getElementById("scroll").getBoundingClientRect()];
    return box.top >= frame.top && box.bottom <= frame.bottom;
  });
  assert.ok(inside, "the message is in view");

  await tool(asked, "Reply").click();
  await ben.keyboard.press("Escape");
  assert.equal(await ben.locator("#replying").isVisible(), false);
});

test("a message is pinned by those who may, and found among the pins", async () => {
  const ann = await open("ann/general");
  const message = await run(ann, "Keep the gate shut.");
  const cleo = await open("cleo/general");
  await tool(await same(cleo, message), "More").click();
  await cleo.getByRole("menuitem", { name: "Pin" }).click();
  await cleo.locator("#composer-error", { hasText: "may not pin" }).waitFor();
  refusedOnce(cleo);

  await tool(message, "More").click();
  await ann.getByRole("menuitem", { name: "Pin" }).click();
  await ann.locator(".system", { hasText: "pinned a message." }).waitFor();
  await ann.getByRole("button", { name: "Pinned messages" }).click();
  await ann.locator(".pinned", { hasText: "Keep the gate shut." }).press("Enter");
  assert.equal(await message.evaluate((node) => node === document.activeElement), true);
  await tool(message, "More").click();
  await ann.getByRole("menuitem", { name: "Take the pin out" }).click();
  await ann.getByRole("button", { name: "Pinned messages" }).click();
  await ann.getByText("Nothing is pinned here.").waitFor();
});

test("names are offered while an option is typed, and taken by keyboard", async () => {
  const page = await open("ann/general");
  await page.locator("#composer-text").fill("/fruit");
  await page.keyboard.press("Tab");
  const field = page.getByRole("combobox", { name: "name" });
  await field.waitFor();
  await page.keyboard.type("ap");
  const offered = page.locator("#option-name-names [role=option]");
  await offered.filter({ hasText: "apricot" }).waitFor();
  assert.deepEqual(await offered.allTextContents(), ["apple", "apricot"]);
  assert.equal(await field.getAttribute("aria-expanded"), "true");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  assert.equal(await field.getAttribute("aria-activedescendant"), "option-name-name-1");
  await page.keyboard.press("Enter");
  assert.equal(await field.inputValue(), "apricot");
  assert.equal(await offered.first().isVisible(), false);
  await page.keyboard.press("Enter");
  await page.locator("#messages article", { hasText: "You ran fruit with" }).filter({ hasText: "apricot" }).waitFor();
});

test("Escape closes the names first, and then the command", async () => {
  const page = await open("ann/general");
  await page.locator("#composer-text").fill("/fruit");
  await page.keyboard.press("Tab");
  await page.locator("#option-name-names [role=option]").first().waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#option-name-names").isVisible(), false);
  assert.equal(await page.locator("#command-form").isVisible(), true);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#composer-text").inputValue(), "/fruit");
});

for (const colorScheme of ["light", "dark"]) {
  test(`reactions, replies and names can be read and reached, ${colorScheme}`, async () => {
    const page = await open("cleo/general", { colorScheme });
    const message = await run(page, "Nice weather");
    await tool(message, "React").click();
    await page.getByRole("button", { name: "React with 🎉" }).click();
    await message.getByRole("button", { name: "🎉, 1 reaction" }).waitFor();
    await tool(message, "Reply").click();
    await run(page, "Indeed");
    await tool(message, "Reply").click();
    await page.locator("#composer-text").fill("/fruit");
    await page.keyboard.press("Tab");
    await page.locator("#option-name-names [role=option]").first().waitFor();
    assert.deepEqual(await faintTexts(page), []);
    assert.deepEqual(await brokenRules(page), []);
    await page.keyboard.press("Escape"); // the names lie over the messages
    await message.getByRole("button", { name: "Add a reaction" }).click();
    assert.deepEqual(await faintTexts(page), []);
    assert.deepEqual(await brokenRules(page), []);
  });
}

test("on a phone, what can be done with a message is in its menu", async () => {
  const page = await open("ben/general", { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true });
  const message = await run(page, "From the garden");
  await tool(message, "More").tap();
  await page.getByRole("menuitem", { name: "React" }).tap();
  await page.getByRole("button", { name: "React with 🔥" }).tap();
  await message.getByRole("button", { name: "🔥, 1 reaction" }).waitFor();
  assert.equal(await overhang(page), 0);
});
