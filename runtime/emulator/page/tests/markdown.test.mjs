// Markdown as Discord reads it: each test is a line as typed and the tree it makes.

import assert from "node:assert/strict";
import test from "node:test";
import { parse, plain, safe } from "../markdown.js";

/** Writes a tree shortly: strong("a") as <strong>a</strong>, so that expectations fit on a line. */
function show(nodes) {
  return nodes.map((node) => {
    if (node.type === "text") return node.text;
    if (node.type === "list") return `<${node.ordered ? `ol ${node.start}` : "ul"}>${node.items.map((item) => `<li>${show(item)}`).join("")}</>`;
    const detail = node.level ?? node.href ?? node.id ?? node.at ?? node.name ?? node.language ?? "";
    const inside = node.children ? show(node.children) : node.text ?? "";
    return `<${node.type}${detail === "" ? "" : ` ${detail}`}${node.style ? ` ${node.style}` : ""}>${inside}</>`;
  }).join("");
}
const reads = (typed) => show(parse(typed));
/** The inside of a text that is one paragraph. */
function line(typed) {
  const tree = parse(typed);
  assert.deepEqual(tree.map(({ type }) => type), ["paragraph"], typed);
  return show(tree[0].children);
}

test("marks", () => {
  assert.equal(line("**bold** *it* _it_ __under__ ~~gone~~ ||secret||"),
    "<strong>bold</> <em>it</> <em>it</> <underline>under</> <strike>gone</> <spoiler>secret</>");
  assert.equal(line("***both***"), "<strong><em>both</></>");
  assert.equal(line("__*a* **b**__"), "<underline><em>a</> <strong>b</></>");
  assert.equal(line("*a **b** c*"), "<em>a <strong>b</> c</>");
  assert.equal(line("**over\nlines**"), "<strong>over\nlines</>");
});

test("marks that are none", () => {
  for (const typed of ["2 * 3 * 4", "snake_case_name", "**open", "****", "||||", "a * b*", "*", "_", "~one~", "|x|"]) {
    assert.equal(line(typed), typed);
  }
  assert.equal(line("\\*plain\\* \\\\ \\a"), "*plain* \\ \\a");
});

test("code keeps what is in it", () => {
  assert.equal(line("`**a** <@1>`"), "<code>**a** <@1></>");
  assert.equal(line("``a ` b``"), "<code>a ` b</>");
  assert.equal(line("**a `**` b**"), "<strong>a <code>**</> b</>");
  assert.equal(line("`open"), "`open");
  assert.equal(reads("```rust\nfn **x**\n\n  y\n```"), "<codeblock rust>fn **x**\n\n  y</>");
  assert.equal(reads("a\n```one line```\nb"), "<paragraph>a</><codeblock>one line</><paragraph>b</>");
  assert.equal(reads("```rust```"), "<codeblock>rust</>");
  assert.equal(reads("``` \n```"), "<paragraph>``` \n```</>");
});

test("blocks", () => {
  assert.equal(reads("# One\n## Two\n### Three\n#### four\n#five"),
    "<heading 1>One</><heading 2>Two</><heading 3>Three</><paragraph>#### four\n#five</>");
  assert.equal(reads("-# small"), "<subtext>small</>");
  assert.equal(reads("> a **b**\n> c\nd"), "<quote><paragraph>a <strong>b</>\nc</></><paragraph>d</>");
  assert.equal(reads("x\n>>> all\n# the rest"), "<paragraph>x</><quote><paragraph>all</><heading 1>the rest</></>");
  assert.equal(reads(">no quote"), "<paragraph>>no quote</>");
  assert.equal(reads("one\n\n\ntwo"), "<paragraph>one\n\n\ntwo</>");
  assert.equal(reads(""), "");
  assert.equal(reads("a\r\nb"), "<paragraph>a\nb</>");
});

test("lists", () => {
  assert.equal(reads("- a\n- b\n  - c\n    - d\n- e"), "<ul><li>a<li>b<ul><li>c<ul><li>d</></><li>e</>");
  assert.equal(reads("3. a\n4. b"), "<ol 3><li>a<li>b</>");
  assert.equal(reads("- a\n1. b"), "<ul><li>a</><ol 1><li>b</>");
  assert.equal(reads("* **a**\n  goes on"), "<ul><li><strong>a</>\ngoes on</>");
  assert.equal(reads("-no\n*no"), "<paragraph>-no\n*no</>");
});

test("mentions, times, emoji", () => {
  assert.equal(line("<@1> <@!2> <@&3> <#4> @everyone @here @else"),
    "<user 1></> <user 2></> <role 3></> <channel 4></> <everyone @everyone></> <everyone @here></> @else");
  assert.equal(line("<t:1700000000> <t:-5:R> <t:1:x>"), "<time 1700000000 f></> <time -5 R></> <t:1:x>");
  assert.equal(line("<:wave:123> <a:spin:456> :smile:"), "<emoji 123></> <emoji 456></> :smile:");
  assert.equal(line("</role add:7>"), "<command 7></>");
  assert.equal(line("<@x> <#> <3"), "<@x> <#> <3");
});

test("links lead to the web or nowhere", () => {
  assert.equal(line("[a **b**](https://x.org/y)"), "<link https://x.org/y>a <strong>b</></>");
  assert.equal(line("see https://x.org/a_(b)."), "see <link https://x.org/a_(b)>https://x.org/a_(b)</>.");
  assert.equal(line("(https://x.org/a)"), "(<link https://x.org/a>https://x.org/a</>)");
  assert.equal(line("<https://x.org>"), "<link https://x.org/>https://x.org</>");
  assert.equal(line("**https://x.org/a_b_c**"), "<strong><link https://x.org/a_b_c>https://x.org/a_b_c</></>");
  for (const typed of ["[a](javascript:alert(1))", "[a](data:text/html,x)", "[a](/local)", "javascript:alert(1)", "[a]()"]) {
    assert.equal(line(typed), typed);
  }
  assert.equal(safe("javascript:alert(1)"), null);
  assert.equal(safe("https://"), null);
});

test("markup of HTML stays text", () => {
  assert.equal(line("<img src=x onerror=alert(1)>"), "<img src=x onerror=alert(1)>");
});

test("plain words for announcements", () => {
  assert.equal(plain("**Hi** [there](https://x.org), ||not this||\n- a\n- b"), "Hi there, (spoiler) a b");
});

test("deep or long nonsense ends, and soon", () => {
  const texts = ["*a ".repeat(2000), "**__~~||*_".repeat(600), "> ".repeat(3000), "[".repeat(6000), "`".repeat(6001),
    "||**".repeat(1500), "- ".repeat(3000), "```".repeat(1500), "*_".repeat(3000), "[a](".repeat(1500), "_*`a`".repeat(1200),
    Array.from({ length: 200 }, (_, depth) => `${" ".repeat(depth * 2)}- x`).join("\n"), "<t:".repeat(2000), "\\".repeat(6000)];
  for (const typed of texts) {
    const before = performance.now();
    parse(typed);
    assert.ok(performance.now() - before < 1000, `too slow: ${typed.slice(0, 12)}`);
  }
});

test("nothing typed is lost", () => {
  const words = (nodes) => nodes.map((node) => node.text ?? words(node.children ?? node.items?.flat() ?? [])).join(" ");
  for (const typed of ["a **b** c", "> a\n> b\nc", "- a\n  b\n- c\n   - d", "# a\nb ```c``` d", "a\n-# b\n\n1. c\n2. d"]) {
    assert.deepEqual(words(parse(typed)).match(/\w/g).filter((letter) => !"12".includes(letter)), typed.match(/[a-d]/g), typed);
  }
});
