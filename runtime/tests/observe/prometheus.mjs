// Owns a Prometheus: Debian's own program with the configuration of runtime/observe, which reads every second
// instead of every fifteen. Knows nothing of the bot but its address.

import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that operators mount. */
export const OBSERVE = fileURLToPath(new URL("../../observe/", import.meta.url));

/** Why there is no Prometheus here, if there is none. Where changes are checked it must be there. */
export function missing() {
  const absent = ["prometheus", "promtool"].filter((name) => spawnSync(name, ["--version"]).error);
  if (absent.length > 0 && process.env.CI === "true") throw new Error(`${absent.join(" and ")} is missing: install Debian's \`prometheus\``);
  return absent.length > 0 && `${absent.join(" and ")} is not installed; Debian has it in the package prometheus`;
}

/** Runs promtool on files of `OBSERVE`, and returns what it says when it is not content. */
export function promtool(...args) {
  const ran = spawnSync("promtool", args, { cwd: join(OBSERVE, "prometheus"), encoding: "utf8" });
  return ran.status === 0 ? "" : `${ran.stdout}${ran.stderr}`;
}

/** Starts a Prometheus that reads from `target`, and waits until it did. Returns `{ ask, waitFor, stop }`. */
export async function startPrometheus(target) {
  const data = await mkdtemp(join(tmpdir(), "cogbox-prometheus-"));
  const written = await readFile(join(OBSERVE, "prometheus/prometheus.yml"), "utf8");
  const config = written.replaceAll("15s", "1s").replace("127.0.0.1:8080", target)
    .replace("rules/*.yml", join(OBSERVE, "prometheus/rules/*.yml"));
  await writeFile(join(data, "prometheus.yml"), config);
  const at = `127.0.0.1:${await freePort()}`;
  const child = spawn("prometheus", [
    `--config.file=${join(data, "prometheus.yml")}`, `--storage.tsdb.path=${join(data, "tsdb")}`,
    `--web.listen-address=${at}`, "--log.level=error",
  ], { stdio: ["ignore", "inherit", "inherit"] });
  const ended = new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve(code ?? signal));
    child.once("error", (error) => resolve(error.message));
  });

  /** Asks the API; an error of Prometheus' is an error here. */
  const ask = async (path, params = {}) => {
    const answer = await fetch(`http://${at}/api/v1/${path}?${new URLSearchParams(params)}`);
    const { status, error, data } = await answer.json();
    if (status !== "success") throw new Error(`${params.query ?? path}: ${error}`);
    return data;
  };
  /** Waits until a query returns something, and returns it. */
  const waitFor = async (query, patience = 30_000) => {
    for (const until = Date.now() + patience; Date.now() < until; await pause(200)) {
      const found = await ask("query", { query }).catch(() => ({ result: [] }));
      if (found.result.length > 0) return found.result;
    }
    throw new Error(`${query} stays empty`);
  };
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    await rm(data, { recursive: true, force: true });
  };
  try {
    await Promise.race([
      waitFor('up{job="cogbox"} == 1'),
      ended.then((why) => { throw new Error(`prometheus ended: ${why}`); }),
    ]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ask, waitFor, stop };
}

const pause = (time) => new Promise((wake) => setTimeout(wake, time));

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
