// Draws some panels of runtime/observe's dashboard from what a real Prometheus read of a real bot, as one SVG for
// the README. Grafana can't be had everywhere; the data are what it would show, the drawing is this file's.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { STOCK, startBot } from "../tests/browser/bot.mjs";
import { OBSERVE, startPrometheus } from "../tests/observe/prometheus.mjs";
import { use } from "../tests/observe/use.mjs";

const SHOWN = ["First answer", "Interactions by outcome", "Calls, p95", "Faults", "Resting", "Requests by status"];
/** Seconds of use that are shown. */
const SECONDS = 60;
const COLOURS = ["#1f77b4", "#d9822b", "#2a9d5c", "#c44e52", "#8172b3", "#64748b", "#b5651d", "#0f8b8d"];
const [COLUMNS, WIDTH, HEIGHT, GAP, PLOT] = [3, 380, 220, 12, { left: 52, top: 34, right: 12, bottom: 42 }];

const dashboard = JSON.parse(await readFile(join(OBSERVE, "grafana/dashboards/cogbox.json"), "utf8"));
const bot = await startBot(...STOCK, "target/test-cogs/rogue.wasm");
let prometheus;
try {
  prometheus = await startPrometheus(new URL(bot.dashboard).host);
  await use(bot, SECONDS);
  const end = Date.now() / 1000;
  const panels = [];
  for (const name of SHOWN) {
    const panel = dashboard.panels.find(({ title }) => title === name);
    const lines = [];
    for (const { expr, legendFormat } of panel.targets) {
      const query = expr.replaceAll("$__rate_interval", "10s").replaceAll("$job", "cogbox").replaceAll(/\$(instance|cog)\b/g, ".*");
      const { result } = await prometheus.ask("query_range", { query, start: end - SECONDS, end, step: 1 });
      for (const { metric, values } of result) {
        const label = legendFormat.replaceAll(/\{\{(\w+)\}\}/g, (_, name) => metric[name] ?? "");
        lines.push({ label, points: values.map(([at, value]) => [at - end + SECONDS, Number(value)]).filter(([, value]) => Number.isFinite(value)) });
      }
    }
    panels.push(drawn(panel, lines.filter(({ points }) => points.some(([, value]) => value > 0))));
  }
  await writeFile(fileURLToPath(new URL("observe.svg", import.meta.url)), sheet(panels));
} finally {
  await prometheus?.stop();
  await bot.stop();
}

function sheet(panels) {
  const rows = Math.ceil(panels.length / COLUMNS);
  const [width, height] = [COLUMNS * (WIDTH + GAP) + GAP, rows * (HEIGHT + GAP) + GAP + 22];
  const placed = panels.map((panel, index) => {
    const [x, y] = [GAP + index % COLUMNS * (WIDTH + GAP), GAP + Math.floor(index / COLUMNS) * (HEIGHT + GAP)];
    return `<g transform="translate(${x} ${y})">${panel}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11" fill="#1f2937">
<title>Panels of the dashboard, from a minute of a bot on the local Discord</title>
<rect width="${width}" height="${height}" fill="#f3f4f6"/>
${placed.join("\n")}
<text x="${GAP}" y="${height - 10}" fill="#4b5563">One minute of a bot on the local Discord, with a cog that crashes. Read by Prometheus, drawn by runtime/pictures/observe.mjs; Grafana draws the same data its own way.</text>
</svg>
`;
}

function drawn({ title, fieldConfig: { defaults } }, lines) {
  const deadlines = defaults.thresholds.steps.filter(({ value }) => value !== null && defaults.custom.thresholdsStyle.mode !== "off");
  const most = Math.max(...lines.flatMap(({ points }) => points.map(([, value]) => value)), ...deadlines.map(({ value }) => value), 1e-9);
  const top = niceAbove(most);
  const [wide, high] = [WIDTH - PLOT.left - PLOT.right, HEIGHT - PLOT.top - PLOT.bottom];
  const x = (seconds) => (PLOT.left + seconds / SECONDS * wide).toFixed(1);
  const y = (value) => (PLOT.top + high - value / top * high).toFixed(1);
  const grid = [0, 0.5, 1].map((part) =>
    `<path d="M${PLOT.left} ${y(part * top)}h${wide}" stroke="#e5e7eb"/><text x="${PLOT.left - 6}" y="${Number(y(part * top)) + 4}" text-anchor="end" fill="#4b5563">${said(part * top, defaults.unit)}</text>`);
  const limits = deadlines.map(({ value, color }) => `<path d="M${PLOT.left} ${y(value)}h${wide}" stroke="${color}" stroke-dasharray="5 4"/>`);
  const paths = lines.map(({ points }, index) =>
    `<path d="M${points.map(([at, value]) => `${x(at)} ${y(value)}`).join("L")}" fill="none" stroke="${COLOURS[index % COLOURS.length]}" stroke-width="1.5"/>`);
  let at = PLOT.left;
  const legend = lines.map(({ label }, index) => {
    const entry = `<circle cx="${at}" cy="${HEIGHT - 16}" r="4" fill="${COLOURS[index % COLOURS.length]}"/><text x="${at + 8}" y="${HEIGHT - 12}">${escaped(label)}</text>`;
    at += 24 + label.length * 6;
    return entry;
  });
  return `<rect width="${WIDTH}" height="${HEIGHT}" rx="6" fill="#fff" stroke="#d1d5db"/><text x="12" y="20" font-weight="bold" font-size="13">${escaped(title)}</text>${[...grid, ...limits, ...paths, ...legend].join("")}`;
}

function niceAbove(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 5, 10].map((step) => step * power).find((step) => step >= value);
}

function said(value, unit) {
  const number = (value) => String(Number(value.toPrecision(2)));
  if (unit !== "s") return `${number(value)}${{ reqps: "/s", cps: "/s", eps: "/s" }[unit] ?? ""}`;
  return value === 0 || value >= 1 ? `${number(value)} s` : `${number(value * 1000)} ms`;
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
