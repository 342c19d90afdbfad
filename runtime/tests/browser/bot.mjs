// Owns a bot to look at: `cogbox dev` on ports the system chooses, with a scratch folder for its data.
// Knows nothing of browsers.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Cogs that are compiled in a moment; Python's takes half a minute, and looks no different. */
export const STOCK = ["utility", "fun", "counter"].map((name) => `target/cogs/${name}.wasm`);

/** Pause between two looks at /readyz, in milliseconds. */
const PAUSE = 50;

/**
 * Starts the bot with `args`, the paths of cogs from the repository's root and options, and waits until it is ready.
 * Returns `{ chat, dashboard, stop }`: the URLs of both pages, and what ends the bot.
 */
export async function startBot(...args) {
  const data = await mkdtemp(join(tmpdir(), "cogbox-browser-"));
  const anywhere = "127.0.0.1:0";
  const child = spawn("target/debug/cogbox",
    ["--log", "warn", "dev", ...args, "--web", anywhere, "--discord", anywhere, "--data", data],
    { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve(code ?? signal));
    child.once("error", (error) => resolve(error.message));
  });
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    await rm(data, { recursive: true, force: true });
  };
  try {
    const told = await Promise.race([urls(child), ended.then((why) => { throw new Error(`cogbox dev ended: ${why}`); })]);
    await ready(told.dashboard);
    return { ...told, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Reads the two addresses from what `cogbox dev` prints. */
async function urls(child) {
  const found = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const [, what, url] = /^\s*(local Discord|dashboard)\s+(http:\S+)/.exec(line) ?? [];
    if (what === "local Discord") found.chat = url.replace(/\/$/, "");
    if (what === "dashboard") found.dashboard = url;
    if (found.chat && found.dashboard) break;
  }
  child.stdout.resume(); // a full pipe would stop the bot
  if (!found.dashboard) throw new Error("cogbox dev told no address");
  return found;
}

async function ready(dashboard) {
  for (;;) {
    const answer = await fetch(`${dashboard}/readyz`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((wake) => setTimeout(wake, PAUSE));
  }
}
