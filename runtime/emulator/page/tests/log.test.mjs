// The messages of a channel: order, and a history that meets events halfway.

import assert from "node:assert/strict";
import test from "node:test";
import { byAge, ChannelLog, KEPT } from "../log.js";

const ids = (log) => log.messages.map(({ id, content }) => (content ? `${id}${content}` : id));

test("snowflakes are ordered by value, beyond what a double holds", () => {
  assert.deepEqual(["1000000000000000001", "999999999999999999", "1000000000000000000"].sort(byAge),
    ["999999999999999999", "1000000000000000000", "1000000000000000001"]);
});

test("upsert adds once and replaces after", () => {
  const log = new ChannelLog();
  assert.equal(log.upsert({ id: "2" }), true);
  assert.equal(log.upsert({ id: "1" }), true);
  assert.equal(log.upsert({ id: "2", content: "b" }), false);
  assert.deepEqual(ids(log), ["1", "2b"]);
});

test("what happened while history was on its way wins over it", () => {
  const log = new ChannelLog();
  log.upsert({ id: "1" });
  log.expectHistory();
  log.upsert({ id: "4" });
  log.upsert({ id: "3", content: "new" });
  log.remove(["2"]);
  assert.equal(log.loaded, false);
  log.fill([{ id: "2" }, { id: "3", content: "old" }]);
  assert.equal(log.loaded, true);
  assert.deepEqual(ids(log), ["3new", "4"]);
});

test("history replaces what was known before it was asked for", () => {
  const log = new ChannelLog();
  log.upsert({ id: "1" });
  log.expectHistory();
  log.fill([{ id: "2" }]);
  assert.deepEqual(ids(log), ["2"]);
});

test("the oldest go when there are too many", () => {
  const log = new ChannelLog();
  for (let id = 1; id <= KEPT + 3; id += 1) log.upsert({ id: String(id) });
  assert.equal(log.messages.length, KEPT);
  assert.equal(log.messages[0].id, "4");
});
