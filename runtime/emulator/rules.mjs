// Writes RULES.md: which of Discord's rules a test shows to be kept. It takes the rules from
// rules.tsv (id, mark, a few words) and the tests from their names (`d10_d11_a_second_...`).
//
//   node rules.mjs          writes the table
//   node rules.mjs --check  fails when the table is not what it would write
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { basename } from "node:path";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const FOLDERS = ["tests/it/", "../tests/it/"];
const PARTS = {
  A: "Gateway", B: "REST in general", C: "Application commands", D: "Interactions",
  E: "Messages, reactions, pins, threads, webhooks", F: "Members, roles, moderation",
  G: "Voice", H: "Scale", X: "Faults",
};
const MARKS = { M: "must", S: "should", L: "later", X: "fault" };

const stop = (sentence) => {
  console.error(`error: ${sentence}`);
  process.exit(1);
};

const rules = readFileSync(here("rules.tsv"), "utf8").trim().split("\n").map((line) => {
  const [id, mark, words] = line.split("\t");
  if (!/^[A-HX]\d\d$/.test(id) || !MARKS[mark] || !words) stop(`rules.tsv has the odd line "${line}"`);
  return { id, mark, words };
});

/** Returns the tests of each rule: id -> ["file::name", ...]. */
function tests() {
  const found = new Map(rules.map(({ id }) => [id, []]));
  for (const folder of FOLDERS) {
    for (const file of readdirSync(here(folder)).filter((file) => file.endsWith(".rs")).sort()) {
      const text = readFileSync(here(folder + file), "utf8");
      // Only what carries a test attribute is a test; other attributes may stand between.
      const named = /#\[(?:tokio::)?test\b[^\n]*\n(?:\s*#\[[^\n]*\n)*\s*(?:async )?fn ((?:[a-hx]\d\d_)+)(\w+)/g;
      for (const [, ids, rest] of text.matchAll(named)) {
        for (const id of ids.slice(0, -1).toUpperCase().split("_")) {
          if (!found.has(id)) stop(`${file} names the rule ${id}, which rules.tsv does not have`);
          found.get(id).push(`${basename(file, ".rs")}::${ids}${rest}`);
        }
      }
    }
  }
  return found;
}

function table() {
  const found = tests();
  const kept = (some) => some.filter(({ id }) => found.get(id).length > 0).length;
  const share = (some) => (some.length ? `${kept(some)} of ${some.length}` : "");
  const lines = [
    "# The rules, and the tests that show them kept",
    "",
    "Made from `rules.tsv` and the names of the tests by `make rules`; not to be edited by hand. A rule",
    "counts when a test is named after it, here or among the host's tests.",
    "",
    "| Part | must | should | later | fault |",
    "|---|---|---|---|---|",
  ];
  const row = (name, some) => {
    const cells = Object.keys(MARKS).map((mark) => share(some.filter((rule) => rule.mark === mark)));
    lines.push(`| ${[name, ...cells].join(" | ")} |`);
  };
  const parts = Object.entries(PARTS).map(([letter, name]) => [
    letter, name, rules.filter(({ id }) => id.startsWith(letter)),
  ]);
  for (const [letter, name, some] of parts) row(`${letter}. ${name}`, some);
  row("all", rules);
  for (const [letter, name, some] of parts) {
    lines.push("", `## ${letter}. ${name}`, "", "| Id | Mark | Rule | Tests |", "|---|---|---|---|");
    for (const { id, mark, words } of some) {
      const shown = found.get(id).map((test) => `\`${test}\``).join("<br>") || "–";
      lines.push(`| ${id} | ${MARKS[mark]} | ${words.replaceAll("|", "\\|")} | ${shown} |`);
    }
  }
  return `${lines.join("\n")}\n`;
}

const target = here("RULES.md");
if (process.argv.includes("--check")) {
  let present = "";
  try {
    present = readFileSync(target, "utf8");
  } catch {
    // Absent is as stale as old.
  }
  if (present !== table()) stop("runtime/emulator/RULES.md is not up to date; run `make rules`");
} else {
  writeFileSync(target, table());
}
