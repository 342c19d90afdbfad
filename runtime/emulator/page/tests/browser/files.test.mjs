// Files in a real browser: in messages, as options of commands, and in forms.

import assert from "node:assert/strict";
import { test } from "node:test";

import { brokenRules, faintTexts, overhang } from "../../../../tests/browser/accessibility.mjs";
import { run } from "../../../../tests/browser/browser.mjs";
import { same, stage } from "./showcase.mjs";

const open = stage();

const note = { name: "note.txt", mimeType: "text/plain", buffer: Buffer.from("Water the figs.") };
/** One green pixel. */
const picture = {
  name: "fig.png", mimeType: "image/png",
  buffer: Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M/wHwAEAQH/7yMK/gAAAABJRU5ErkJggg==", "base64"),
};

/** Picks files with the composer's button, and waits until they are kept. */
async function attach(page, ...files) {
  const choosing = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Attach files" }).press("Enter");
  await (await choosing).setFiles(files);
  for (const { name } of files) await page.locator("#picked li", { hasText: name }).waitFor();
}

test("files go with a message, even without words, and others read them", async () => {
  const ann = await open("ann/general");
  const ben = await open("ben/general");
  await attach(ann, note, picture);
  const message = await run(ann, "");
  assert.equal(await ann.locator("#picked").isVisible(), false);
  const seen = await same(ben, message);
  await seen.getByRole("img", { name: "fig.png" }).waitFor();
  assert.ok(await seen.getByRole("img", { name: "fig.png" }).evaluate(async (node) => { await node.decode(); return node.naturalWidth; }));
  const loading = ben.waitForEvent("download");
  await seen.getByRole("link", { name: "note.txt" }).click();
  const loaded = await loading;
  assert.equal(loaded.suggestedFilename(), "note.txt");
  assert.match(await seen.locator(".size").textContent(), /15 B/);
});

test("a file is left out again", async () => {
  const page = await open("ann/bots");
  await attach(page, note);
  await page.getByRole("button", { name: "Leave out note.txt" }).press("Enter");
  assert.equal(await page.locator("#picked").isVisible(), false);
  const message = await run(page, "Nothing with it");
  assert.equal(await message.locator("[data-attachment-id]").count(), 0);
});

test("an option takes a file, and says when it is missing", async () => {
  const page = await open("ann/general");
  await page.locator("#composer-text").fill("/weigh");
  await page.keyboard.press("Tab");
  const field = page.getByLabel("file", { exact: true });
  await page.getByRole("button", { name: "Run" }).click();
  await page.locator("[data-option=file] .problem", { hasText: "Pick a file." }).waitFor();
  await field.setInputFiles(note);
  await page.locator(".run:not(:disabled)", { hasText: "Run" }).click();
  await page.locator("#messages article", { hasText: "\"note.txt\" has 15 bytes." }).waitFor();
});

test("a form takes files beside people, roles and channels", async () => {
  const page = await open("ann/general");
  await page.locator("#composer-text").fill("/form kind:people and places");
  await page.keyboard.press("Enter");
  const form = page.locator("#modal form");
  await form.waitFor();
  assert.deepEqual(await faintTexts(page), []);
  assert.deepEqual(await brokenRules(page), []);
  await form.getByRole("button", { name: "Submit" }).click();
  await form.locator("[data-field=papers] .problem", { hasText: "Pick 1 to 2 files." }).waitFor();
  await form.locator("[data-field=who]").getByLabel("ben").check();
  await form.locator("[data-field=where]").getByLabel("bots").check();
  await form.getByLabel("Papers").setInputFiles([note, picture]);
  await form.locator("#modal-submit:not(:disabled)").click();
  const answer = page.locator("#messages article", { hasText: "You filled in" });
  await answer.waitFor();
  assert.match(await answer.textContent(), /who: \d+; role: nothing; where: \d+; any: nothing; papers: \d+, \d+/);
});

test("a form of words and choices is filled in and read back", async () => {
  const page = await open("ben/general");
  await page.locator("#composer-text").fill("/form");
  await page.keyboard.press("Enter");
  const form = page.locator("#modal form");
  await form.getByLabel("Your name").fill("Ben");
  await form.getByLabel("fig").check();
  await form.getByLabel("large").check();
  await form.getByLabel("sugar").check();
  await form.getByLabel("cream").check();
  await form.getByLabel("Fresh").check();
  await form.getByRole("button", { name: "Submit" }).press("Enter");
  await page.locator("#messages article", { hasText: "name: Ben; fruit: fig; size: large; extras: sugar, cream; fresh: true" }).waitFor();
});

test("on a phone a form with files fits", async () => {
  const page = await open("cleo/general", { viewport: { width: 360, height: 640 }, colorScheme: "dark" });
  await attach(page, note);
  assert.equal(await overhang(page), 0);
  assert.deepEqual(await brokenRules(page), []);
  await page.locator("#composer-text").fill("/form kind:people and places");
  await page.keyboard.press("Enter");
  await page.locator("#modal form").waitFor();
  assert.equal(await overhang(page), 0);
  assert.equal(await page.locator("#modal").evaluate((node) => node.scrollWidth - node.clientWidth), 0);
  assert.deepEqual(await faintTexts(page), []);
});
