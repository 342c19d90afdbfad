// Option values: what the client takes and what it refuses before sending.

import assert from "node:assert/strict";
import test from "node:test";
import { convert, convertAll } from "../values.js";

const around = {
  users: [{ id: "11", names: ["Ann Lee", "ann"] }],
  roles: [{ id: "22", names: ["Helpers"] }, { id: "1", names: ["@everyone"] }],
  channels: [{ id: "33", type: 0, names: ["general"] }, { id: "44", type: 2, names: ["talk"] }],
};
const of = (option, text) => {
  const { value, problem } = convert({ name: "x", ...option }, text, around);
  return problem ?? value;
};

test("strings count characters, not code units", () => {
  assert.equal(of({ type: 3 }, " a b "), " a b ");
  assert.equal(of({ type: 3, max_length: 2 }, "🎲🎲"), "🎲🎲");
  assert.equal(of({ type: 3, max_length: 1 }, "🎲🎲"), "Takes at most 1 character; this has 2.");
  assert.equal(of({ type: 3, min_length: 3 }, "ab"), "Needs at least 3 characters; this has 2.");
});

test("numbers", () => {
  assert.equal(of({ type: 4 }, " -7 "), -7);
  for (const text of ["1.5", "abc", "0x10", "1e3", "--1"]) assert.equal(of({ type: 4 }, text), "Needs a whole number.");
  assert.equal(of({ type: 4 }, "9007199254740993"), "Must be at most 9007199254740991.");
  assert.equal(of({ type: 4, min_value: 1 }, "0"), "Must be at least 1.");
  assert.equal(of({ type: 10, max_value: 2.5 }, "2.5"), 2.5);
  assert.equal(of({ type: 10, max_value: 2.5 }, "2.6"), "Must be at most 2.5.");
  for (const text of ["Infinity", "NaN", "1,5"]) assert.equal(of({ type: 10 }, text), "Needs a number.");
});

test("booleans and choices", () => {
  assert.equal(of({ type: 5 }, "True"), true);
  assert.equal(of({ type: 5 }, "no"), false);
  assert.equal(of({ type: 5 }, "perhaps"), "Needs true or false.");
  const choices = [{ name: "Five", value: 5 }, { name: "Six", value: 6 }];
  assert.equal(of({ type: 4, choices }, "five"), 5);
  assert.equal(of({ type: 4, choices }, "6"), 6);
  assert.equal(of({ type: 4, choices }, "7"), "Must be one of: Five, Six.");
});

test("people, roles and channels, by id, mention or name", () => {
  for (const text of ["11", "<@11>", "<@!11>", "@ann", "ann", "ann lee"]) assert.equal(of({ type: 6 }, text), "11", text);
  assert.equal(of({ type: 6 }, "@zoe"), "There is no person called “@zoe” here.");
  assert.equal(of({ type: 8 }, "@helpers"), "22");
  assert.equal(of({ type: 8 }, "@everyone"), "1");
  assert.equal(of({ type: 9 }, "<@&22>"), "22");
  assert.equal(of({ type: 7 }, "#general"), "33");
  assert.equal(of({ type: 7, channel_types: [0] }, "#talk"), "There is no channel called “#talk” here.");
});

test("a whole entry", () => {
  const entry = { options: [{ name: "a", type: 3, required: true }, { name: "b", type: 4 }, { name: "c", type: 11 }] };
  const good = convertAll(entry, new Map([["a", "x"], ["b", "  "]]), around);
  assert.deepEqual(good.options, [{ name: "a", type: 3, value: "x" }]);
  assert.equal(good.problems.size, 0);
  const bad = convertAll(entry, new Map([["b", "x"], ["c", "file"]]), around);
  assert.deepEqual(Object.fromEntries(bad.problems), {
    a: "a is required.", b: "Needs a whole number.", c: "Pick a file.",
  });
});
