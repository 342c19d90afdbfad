// Voice channels in a real browser: coming, moving and going, and what one switches off. What is heard there
// is tested with a bot that plays, in runtime/tests/browser/listening.test.mjs.

import assert from "node:assert/strict";
import { test } from "node:test";

import { brokenRules, faintTexts, overhang } from "../../../../tests/browser/accessibility.mjs";
import { refusedOnce, stage } from "./showcase.mjs";

const open = stage();

/** The names in a voice channel, each with what is said of it. */
const inside = (page, channel) => page.getByRole("list", { name: `In ${channel}` }).getByRole("listitem");
const way = (page, channel) => page.getByRole("button", { name: `${channel} (voice)` });

test("people come, are seen, switch things off, and go, with the keyboard alone", async () => {
  const ann = await open("ann/general");
  const ben = await open("ben/general");
  await way(ann, "Lounge").press("Enter");
  await inside(ben, "Lounge").getByText("ann").waitFor();
  await ann.locator("#voice-place", { hasText: "Lounge" }).waitFor();
  assert.equal(await ann.locator("#voice-state").textContent(), "Showcase is not here");
  assert.equal(await ben.locator("#voice").isVisible(), false);

  await ann.getByRole("button", { name: "Mute" }).press("Enter");
  await inside(ben, "Lounge").filter({ hasText: "muted" }).waitFor();
  await ann.getByRole("button", { name: "Deafen" }).press("Space");
  await inside(ben, "Lounge").filter({ hasText: "deafened" }).waitFor();
  assert.equal(await ann.getByRole("button", { name: "Deafen" }).getAttribute("aria-pressed"), "true");
  await ann.locator("#voice-state", { hasText: "You are deafened" }).waitFor();

  await way(ben, "Lounge").click();
  await inside(ann, "Lounge").nth(1).waitFor();
  await ann.getByRole("button", { name: "Leave voice" }).press("Enter");
  await ann.locator("#voice").waitFor({ state: "hidden" });
  await inside(ben, "Lounge").nth(1).waitFor({ state: "detached" });
  assert.equal(await ann.locator(":focus").getAttribute("data-voice-name"), "Lounge");
  await ben.getByRole("button", { name: "Leave voice" }).click();
  await inside(ann, "Lounge").first().waitFor({ state: "detached" });
});

test("a full channel is refused, and another one is moved to", async () => {
  const [ann, ben, cleo] = await Promise.all(["ann", "ben", "cleo"].map((name) => open(`${name}/general`)));
  await way(ann, "Lounge").click();
  await inside(cleo, "Lounge").nth(0).waitFor();
  await way(ben, "Lounge").click();
  await inside(cleo, "Lounge").nth(1).waitFor();
  await way(cleo, "Lounge").click();
  await cleo.locator("#composer-error", { hasText: "This channel is full." }).waitFor();
  refusedOnce(cleo);

  await ann.getByRole("tab", { name: "Events" }).click();
  await ann.getByLabel("The new channel is for voice").check();
  await ann.getByLabel("Another channel").fill("Garden");
  await ann.keyboard.press("Enter");
  await way(ben, "garden").click();
  await inside(cleo, "garden").getByText("ben").waitFor();
  assert.deepEqual(await inside(cleo, "Lounge").allTextContents(), ["Aann"]);
  await ben.locator("#voice-place", { hasText: "garden" }).waitFor();
  for (const page of [ann, ben]) await page.getByRole("button", { name: "Leave voice" }).click();
  await inside(cleo, "Lounge").first().waitFor({ state: "detached" });
});

test("who comes back to the page is still there, and hears after a click", async () => {
  const page = await open("ann/general");
  await way(page, "Lounge").click();
  await page.locator("#voice").waitFor();
  await page.getByLabel("Volume").waitFor();
  await page.reload();
  await page.getByRole("button", { name: "Hear it" }).press("Enter");
  await page.getByLabel("Volume").waitFor();
  await page.getByRole("button", { name: "Leave voice" }).click();
  await page.locator("#voice").waitFor({ state: "hidden" });
});

for (const colorScheme of ["light", "dark"]) {
  test(`it can be read and reached, ${colorScheme}, and nothing jumps`, async () => {
    const page = await open("ann/general", { colorScheme });
    const before = await page.locator("#messages").boundingBox();
    const channels = await way(page, "Lounge").boundingBox();
    await way(page, "Lounge").click();
    await page.locator("#voice").waitFor();
    await page.getByRole("button", { name: "Deafen" }).click();
    await inside(page, "Lounge").filter({ hasText: "deafened" }).waitFor();
    assert.deepEqual(await page.locator("#messages").boundingBox(), before);
    assert.deepEqual(await way(page, "Lounge").boundingBox(), channels);
    const controls = page.locator("#voice");
    const height = (await controls.boundingBox()).height;
    assert.deepEqual(await faintTexts(page), []);
    assert.deepEqual(await brokenRules(page), []);
    await page.getByRole("button", { name: "Deafen" }).click();
    await page.locator("#voice-state", { hasText: "is not here" }).waitFor();
    assert.equal((await controls.boundingBox()).height, height);
    assert.deepEqual(await faintTexts(page), []);
    assert.deepEqual(await brokenRules(page), []);
    await page.getByRole("button", { name: "Leave voice" }).click();
    await controls.waitFor({ state: "hidden" });
  });
}

test("on a phone the controls stand in the drawer, which stays open", async () => {
  const page = await open("ann/general", { viewport: { width: 360, height: 640 } });
  await page.getByRole("button", { name: "Channels and people" }).click();
  await way(page, "Lounge").click();
  await page.locator("#voice").waitFor();
  assert.equal(await page.locator("#sidebar.open").count(), 1);
  assert.equal(await overhang(page), 0);
  await page.getByRole("button", { name: "Leave voice" }).click();
  await page.locator("#voice").waitFor({ state: "hidden" });
});
