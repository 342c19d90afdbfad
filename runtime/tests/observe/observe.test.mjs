// What runtime/observe shows and alerts on, with a real Prometheus that reads a real bot.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { STOCK, startBot } from "../browser/bot.mjs";
import { exposed, wrongs } from "./expressions.mjs";
import { OBSERVE, missing, promtool, startPrometheus } from "./prometheus.mjs";
import { use } from "./use.mjs";

const read = (path) => readFile(join(OBSERVE, path), "utf8");

const dashboard = JSON.parse(await read("grafana/dashboards/cogbox.json"));
const panels = dashboard.panels.filter(({ type }) => type !== "row");
const targets = panels.flatMap(({ title, targets }) => targets.map((target) => ({ title, ...target })));

/** A query as Grafana would send it, over what a test has had time to gather. */
const filled = (query) => query.replaceAll("$__rate_interval", "5s").replaceAll("$job", "cogbox").replaceAll(/\$(instance|cog)\b/g, ".*");

describe("the dashboard's file", () => {
  test("is one that Grafana takes from a folder", () => {
    assert.equal(dashboard.id, null);
    assert.equal(dashboard.uid, "cogbox");
    assert.equal(dashboard.schemaVersion, 39);
    assert.equal(dashboard.__inputs, undefined);
    assert.deepEqual(dashboard.templating.list.map(({ name }) => name), ["datasource", "job", "instance", "cog"]);
  });

  test("says on every panel what it shows, and in which unit", () => {
    for (const { title, description, fieldConfig, datasource, targets } of panels) {
      assert.match(description ?? "", /\w+ .*[.:]$/, title);
      assert.ok(fieldConfig.defaults.unit, title);
      for (const source of [datasource, ...targets.map((target) => target.datasource)]) {
        assert.deepEqual(source, { type: "prometheus", uid: "${datasource}" }, title);
      }
    }
    const ids = dashboard.panels.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
  });

  test("covers no panel with another", () => {
    const taken = new Set();
    for (const { title, gridPos: { x, y, w, h } } of dashboard.panels) {
      assert.ok(x + w <= 24, title);
      for (let at = 0; at < w * h; at += 1) {
        const cell = `${x + at % w},${y + Math.floor(at / w)}`;
        assert.ok(!taken.has(cell), title);
        taken.add(cell);
      }
    }
  });

  test("asks for the bot that was chosen, over a range that fits", () => {
    for (const { title, expr } of targets) {
      const selectors = expr.match(/\{[^}]*\}/g);
      assert.ok(selectors.every((one) => one.includes('job="$job",instance=~"$instance"')), title);
      for (const [, range] of expr.matchAll(/\[([^\]]*)\]/g)) assert.equal(range, "$__rate_interval", title);
    }
  });

  test("shows Discord's deadline where people wait", () => {
    const panel = panels.find(({ title }) => title === "First answer");
    assert.ok(panel.fieldConfig.defaults.thresholds.steps.some(({ value }) => value === 3));
  });
});

test("Grafana finds the dashboard where the README mounts it, and knows how often Prometheus reads", async () => {
  const [readme, dashboards, source, prometheus] = await Promise.all([
    "README.md", "grafana/provisioning/dashboards/cogbox.yaml", "grafana/provisioning/datasources/prometheus.yaml", "prometheus/prometheus.yml",
  ].map(read));
  const [, path] = /^ +path: (\S+)$/m.exec(dashboards);
  assert.ok(readme.includes(`| \`grafana/dashboards\` | \`${path}\` |`), path);
  const [, url] = /^ +url: (\S+)$/m.exec(source);
  assert.ok(readme.includes(`\`${url}\``), url);
  const [, every] = /timeInterval: (\S+)$/m.exec(source);
  assert.match(prometheus, new RegExp(`scrape_interval: ${every}$`, "m"));
});

test("queries that name what is not there are found", () => {
  const there = exposed('a_total{x="1",y="{\\"}"} 1\nb 2\n');
  const wrong = (query) => wrongs(query, there).join();
  assert.equal(wrong('sum by (x, job) (rate(a_total{y=~"b|c"}[5m])) / on (job) b > 2 or vector(0)'), "");
  assert.equal(wrong("rate(c_total[5m])"), "there is no metric c_total");
  assert.equal(wrong('b{x="1"}'), "b has no label x");
  assert.equal(wrong("sum by (z) (a_total)"), "nothing here has a label z");
  assert.equal(wrong("vector(1)"), "no metric is named");
});

describe("with Prometheus", { skip: missing() }, () => {
  let bot, prometheus, there;

  before(async () => {
    bot = await startBot(...STOCK, "target/test-cogs/rogue.wasm");
    prometheus = await startPrometheus(new URL(bot.dashboard).host);
    await use(bot);
    // Two readings after the last command.
    await prometheus.waitFor('rate(cogbox_cog_traps_total{cog="rogue",reason="trap"}[5s]) > 0');
    there = exposed(await (await fetch(`${bot.dashboard}/metrics`)).text());
  });

  after(async () => {
    await prometheus?.stop();
    await bot?.stop();
  });

  test("the configuration, the rules and their tests are good", () => {
    assert.equal(promtool("check", "config", "prometheus.yml"), "");
    assert.equal(promtool("check", "rules", "rules/cogbox.yml"), "");
    assert.equal(promtool("test", "rules", "tests/cogbox.yml"), "");
  });

  test("every panel asks for what the bot has, and is answered", async () => {
    let answered = 0;
    for (const { title, expr, legendFormat } of targets) {
      const query = filled(expr);
      const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
      assert.deepEqual(wrongs(query, there, shown), [], title);
      const { result } = await prometheus.ask("query", { query });
      answered += Number(result.length > 0);
    }
    // Nobody used voice or the web, and nothing is late.
    assert.ok(answered > targets.length * 0.6, `${answered} of ${targets.length} have something to show`);
  });

  test("every alert asks for what the bot has, and none fires but those of the cog that fails", async () => {
    const { groups } = await prometheus.ask("rules");
    const rules = groups.flatMap(({ rules }) => rules);
    const readme = await read("README.md");
    for (const { name, query, health, lastError, labels, annotations } of rules) {
      assert.deepEqual(wrongs(query, there), [], name);
      assert.notEqual(health, "err", lastError);
      assert.match(labels.severity, /^(critical|warning|info)$/, name);
      assert.ok(annotations.summary && annotations.description, name);
      assert.equal(annotations.runbook, `runtime/observe/README.md#${name.toLowerCase()}`);
      assert.match(readme, new RegExp(`^### ${name}$`, "m"), "a paragraph in the README");
      await prometheus.ask("query", { query });
    }
    const told = [...readme.matchAll(/^### (\w+)$/gm)].map(([, name]) => name);
    assert.deepEqual(told.sort(), rules.map(({ name }) => name).sort());
    const firing = rules.filter(({ state }) => state === "firing").map(({ name }) => name);
    assert.deepEqual(firing.filter((name) => !name.startsWith("CogboxCog")), []);
  });

  test("the variables find the bot", async () => {
    for (const { name, query } of dashboard.templating.list.slice(1)) {
      const [, selector, label] = /^label_values\((.*), (\w+)\)$/.exec(query.query);
      assert.equal(label, name);
      const found = await prometheus.ask("query", { query: `count by (${label}) (${filled(selector)})` });
      assert.ok(found.result.length > 0, name);
    }
  });
});
