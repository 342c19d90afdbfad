// What people hear in the chat page of a bot that plays: its packets go all the way, from a file through the
// player, both encryptions and the voice server into the browser, where the sound is measured as it goes out.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";

import { brokenRules, faintTexts } from "./accessibility.mjs";
import { startBot } from "./bot.mjs";
import { openChat, run, startBrowser } from "./browser.mjs";
import { tone } from "./wav.mjs";

const HERTZ = 440;

let bot, browser, media;

before(async () => {
  media = await mkdtemp(join(tmpdir(), "cogbox-media-"));
  await writeFile(join(media, "tone.wav"), tone(HERTZ, 60));
  bot = await startBot("target/test-cogs/radio.wasm", "--media", media);
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await bot?.stop();
  await rm(media, { recursive: true, force: true });
});

/** Whatever a test does, the page behind it does nothing wrong; and nothing plays on. */
afterEach(async () => {
  for (const context of browser.contexts()) {
    for (const page of context.pages()) {
      assert.deepEqual(page.wrongs, []);
      if (await page.locator("#voice").isVisible()) await page.getByRole("button", { name: "Leave voice" }).click();
    }
    await context.close();
  }
});

/** Opens the page as somebody, with an ear at what it sends to the loudspeaker. `script` runs before the page's own. */
async function open(person, script = () => {}, where = bot) {
  return openChat(browser, where, `${person}/general`, {
    prepare: async (context) => {
      await context.addInitScript(script);
      await context.addInitScript(() => {
        const { connect } = AudioNode.prototype;
        AudioNode.prototype.connect = function (to, ...rest) {
          if (to instanceof AudioDestinationNode) {
            globalThis.ear = new AnalyserNode(to.context, { fftSize: 8192, smoothingTimeConstant: 0 });
            connect.call(this, globalThis.ear);
          }
          return connect.call(this, to, ...rest);
        };
      });
    },
  });
}

/**
 * What goes out: its loudest frequency, how loud that is, how loud the loudest of all others is, and the width
 * of what is told apart.
 */
function loudest(page) {
  return page.evaluate(() => {
    const { ear } = globalThis;
    if (!ear) return { hertz: 0, decibels: -Infinity, others: -Infinity, bin: 0 };
    const levels = new Float32Array(ear.frequencyBinCount);
    ear.getFloatFrequencyData(levels);
    const bin = ear.context.sampleRate / ear.fftSize;
    const at = levels.indexOf(Math.max(...levels));
    const others = Math.max(...levels.filter((_, index) => Math.abs(index - at) > 4));
    return { hertz: at * bin, decibels: levels[at], others, bin };
  });
}

/** Waits until what goes out fits, and returns it. */
async function hears(page, fits) {
  for (let tries = 0; tries < 300; tries += 1) {
    const heard = await loudest(page);
    if (fits(heard)) return heard;
    await page.waitForTimeout(50);
  }
  throw new assert.AssertionError({ message: `this is heard: ${JSON.stringify(await loudest(page))}` });
}

/** A tone as it was played: where packets met in a gap or a step, other frequencies would be heard too. */
const hearsTone = (page) => hears(page, ({ hertz, decibels, others, bin }) => Math.abs(hertz - HERTZ) <= bin && decibels > -20 && others < -60);
const hearsNothing = (page) => hears(page, ({ decibels }) => decibels < -80);

/** Has the bot do something with its player. */
async function radio(page, what) {
  const answer = await run(page, `/radio what:${what}`);
  return answer.locator(".said").textContent();
}

const channel = (page, name) => page.getByRole("button", { name: `${name} (voice)` });
const speaker = (page) => page.locator("[data-speaking]", { hasText: "Cogbox" });

async function joins(page, name) {
  await channel(page, name).click();
  await page.locator("#voice-place", { hasText: name }).waitFor();
}

/** Has the bot come into a channel and play. */
async function plays(page, name) {
  const id = await channel(page, name).getAttribute("data-channel-id");
  assert.equal(await radio(page, `join ${id}`), "ok");
  assert.match(await radio(page, "play tone.wav"), /tone \(60\.0 s\)/);
}

test("a tone that the bot plays is heard in the page, and the ring is on while it is", async () => {
  const ann = await open("ann");
  const ben = await open("ben");
  await joins(ann, "Lounge");
  await plays(ann, "Lounge");
  await hearsTone(ann);
  await speaker(ann).waitFor();
  await ann.locator("#voice-state", { hasText: "Cogbox is speaking" }).waitFor();
  const ring = await speaker(ann).locator(".avatar").evaluate((avatar) => getComputedStyle(avatar).boxShadow);
  assert.notEqual(ring, "none");
  assert.deepEqual(await faintTexts(ann), []);
  assert.deepEqual(await brokenRules(ann), []);
  // Who is elsewhere sees it and hears nothing.
  await speaker(ben).waitFor();
  assert.equal(await ben.evaluate(() => globalThis.ear), undefined);

  await ann.getByLabel("Volume").fill("0");
  await hearsNothing(ann);
  await ann.getByLabel("Volume").fill("100");
  await hearsTone(ann);
  await ann.getByRole("button", { name: "Deafen" }).click();
  await hearsNothing(ann);
  await ann.getByRole("button", { name: "Deafen" }).click();
  await hearsTone(ann);

  assert.equal(await radio(ann, "stop"), "ok");
  await hearsNothing(ann);
  for (const page of [ann, ben]) await speaker(page).waitFor({ state: "detached" });
  await ann.locator("#voice-state", { hasText: "Cogbox is quiet" }).waitFor();
  assert.equal(await radio(ann, "leave"), "ok");
});

test("a bot that is moved is heard by who follows it, and paused it speaks no more", async () => {
  const page = await open("ann");
  await page.getByRole("tab", { name: "Events" }).click();
  await page.getByLabel("The new channel is for voice").check();
  await page.getByLabel("Another channel").fill("garden");
  await page.keyboard.press("Enter");
  await joins(page, "Lounge");
  await plays(page, "Lounge");
  await hearsTone(page);

  const [guild, garden] = await page.evaluate(async () => {
    const { guilds: [{ id, channels }] } = await (await fetch("/_local/state")).json();
    return [id, channels.find(({ name }) => name === "garden").id];
  });
  const move = (to) => page.evaluate(([guild, to]) => fetch("/_local/faults", {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ fault: "voice_move", guild, channel: to }),
  }).then(({ status }) => status), [guild, to]);
  assert.equal(await move(garden), 200);
  await page.getByRole("list", { name: "In garden" }).getByText("Cogbox").waitFor();
  await hearsNothing(page);
  await joins(page, "garden");
  await hearsTone(page);

  assert.equal(await radio(page, "pause"), "ok");
  await speaker(page).waitFor({ state: "detached" });
  await hearsNothing(page);
  assert.equal(await radio(page, "resume"), "ok");
  await speaker(page).waitFor();
  await hearsTone(page);
  assert.equal(await radio(page, "leave"), "ok");
  await page.getByRole("list", { name: "In garden" }).getByText("Cogbox").waitFor({ state: "detached" });
});

test("who has no sound files plays a tune with the music cog", async () => {
  const tunes = await startBot("target/cogs/music.wasm");
  try {
    const page = await open("ann", () => {}, tunes);
    await joins(page, "Lounge");
    await run(page, "/play what:ode");
    await page.locator("#messages").getByText("Ode to Joy").first().waitFor();
    // Its first note.
    await hears(page, ({ hertz, decibels, bin }) => Math.abs(hertz - 329.6) <= bin && decibels > -40);
    await speaker(page).waitFor();
    assert.deepEqual(page.wrongs, []);
    await page.context().close();
  } finally {
    await tunes.stop();
  }
});

test("a browser that decodes no Opus gets samples", async () => {
  const page = await open("ben", () => { delete globalThis.AudioDecoder; });
  await joins(page, "Lounge");
  await plays(page, "Lounge");
  await hearsTone(page);
  assert.equal(await radio(page, "leave"), "ok");
});
