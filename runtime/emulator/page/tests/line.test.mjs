// Command lines as people type them, and names in messages.

import assert from "node:assert/strict";
import test from "node:test";
import { entries, example, match, nest, search } from "../commands.js";
import { mention, optionAtEnd, readLine, writeLine } from "../line.js";

const text = { type: 3, name: "dice", description: "What to roll", required: true };
const all = entries([
  { id: "1", type: 1, name: "roll", description: "Rolls", options: [text, { type: 4, name: "times", description: "How often" }] },
  { id: "2", type: 1, name: "role", description: "", options: [
    { type: 1, name: "add", description: "Gives", options: [{ type: 6, name: "member", required: true }, { type: 3, name: "reason" }] },
    { type: 2, name: "list", description: "", options: [{ type: 1, name: "all", description: "Lists" }] },
  ] },
  { id: "3", type: 2, name: "Greet" },
  { id: "4", name: "say", description: "Says", options: [{ type: 3, name: "text", required: true }, { type: 3, name: "when" }] },
]);
const named = (name) => all.find((entry) => entry.name === name);
const read = (line) => {
  const { entry, typed, leftover } = readLine(line, all);
  return [entry.name, Object.fromEntries(typed), leftover];
};

test("commands are flattened to what can be run", () => {
  assert.deepEqual(all.map(({ name }) => name), ["role add", "role list all", "roll", "say"]);
  assert.deepEqual(nest(named("roll"), [{ name: "dice" }]), [{ name: "dice" }]);
  assert.deepEqual(nest(named("role list all"), []), [{ name: "list", type: 2, options: [{ name: "all", type: 1, options: [] }] }]);
  assert.equal(example(named("say")), "/say text:…");
});

test("search puts beginnings first", () => {
  assert.deepEqual(search(all, "a").map(({ name }) => name), ["role add", "role list all", "say"]);
  assert.deepEqual(search(all, "say").map(({ name }) => name), ["say"]);
  assert.deepEqual(search(all, "ROLE  a").map(({ name }) => name), ["role add"]);
  assert.deepEqual(search(all, "xyz"), []);
});

test("a command is matched by whole words, the longest name first", () => {
  assert.equal(match(all, "role"), null);
  assert.equal(match(all, "rolling x"), null);
  assert.equal(match(all, "Roll 2d6").entry.name, "roll");
  assert.equal(match(all, "role add @ann").rest, "@ann");
});

test("options by name, in any order, with spaces and colons in values", () => {
  assert.deepEqual(read("/roll dice:2d6"), ["roll", { dice: "2d6" }, ""]);
  assert.deepEqual(read("/roll times:3 dice:2d6 + 1"), ["roll", { times: "3", dice: "2d6 + 1" }, ""]);
  assert.deepEqual(read("/say text:note: at 10:30 when:now"), ["say", { text: "note: at 10:30", when: "now" }, ""]);
  assert.deepEqual(read("/say text: two words"), ["say", { text: "two words" }, ""]);
  assert.deepEqual(read("/say text:a text:b"), ["say", { text: "a text:b" }, ""]);
});

test("options in order", () => {
  assert.deepEqual(read("/roll 2d6"), ["roll", { dice: "2d6" }, ""]);
  assert.deepEqual(read("/roll 2d6 times:2"), ["roll", { dice: "2d6", times: "2" }, ""]);
  assert.deepEqual(read("/role add @ann for being kind"), ["role add", { member: "@ann", reason: "for being kind" }, ""]);
  assert.deepEqual(read("/role list all please"), ["role list all", {}, "please"]);
});

test("what is no command", () => {
  assert.equal(readLine("hello /roll", all), null);
  assert.equal(readLine("/ roll", all), null);
  assert.deepEqual(readLine("/nothing at all", all), { unknown: "nothing" });
});

test("a written line reads back", () => {
  for (const line of ["/roll dice:2d6 times:3", "/role add member:@ann reason:a b", "/role list all"]) {
    const { entry, typed } = readLine(line, all);
    assert.equal(writeLine(entry, typed), line);
  }
});

test("the option being typed", () => {
  assert.equal(optionAtEnd("/roll", named("roll")), null);
  assert.equal(optionAtEnd("/roll ", named("roll")).name, "dice");
  assert.equal(optionAtEnd("/roll 2d6 times:", named("roll")).name, "times");
  assert.equal(optionAtEnd("/role add @ann x", named("role add")).name, "reason");
  assert.equal(optionAtEnd("/role list all x", named("role list all")), null);
});

test("names become mentions, but not in code or addresses", () => {
  const around = { users: [{ id: "1", names: ["Ann", "ann"] }], roles: [{ id: "2", names: ["Helpers"] }], channels: [{ id: "3", names: ["bots"] }] };
  assert.equal(mention("@ann, see #bots. (@Helpers) @nobody", around), "<@1>, see <#3>. (<@&2>) @nobody");
  assert.equal(mention("`@ann` a@ann.org ```@ann``` @ann", around), "`@ann` a@ann.org ```@ann``` <@1>");
});
