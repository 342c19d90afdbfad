// When packets of sound are played: evenly, though they come unevenly.

import assert from "node:assert/strict";
import test from "node:test";
import { DELAY, RATE, Schedule } from "../schedule.js";

const FRAME = 960;

/** Places packets by `[timestamp, now]`; tells for each how long after the first it begins, in frames, and whether anew. */
function placed(packets) {
  const schedule = new Schedule();
  const all = packets.map(([timestamp, now]) => schedule.place(timestamp, now));
  return all.map(({ at, anew }) => [Math.round(((at - all[0].at) * RATE) / FRAME), anew]);
}

test("packets that come unevenly begin one after the other without a gap", () => {
  const schedule = new Schedule();
  const first = schedule.place(1000, 5);
  assert.deepEqual(first, { at: 5 + DELAY, anew: true });
  assert.deepEqual(placed([[0, 1], [FRAME, 1.06], [2 * FRAME, 1.061], [3 * FRAME, 1.1]]), [[0, true], [1, false], [2, false], [3, false]]);
});

test("a lost packet leaves its place empty", () => {
  assert.deepEqual(placed([[0, 1], [3 * FRAME, 1.06]]), [[0, true], [3, false]]);
});

test("timestamps go on over the end of 32 bits", () => {
  assert.deepEqual(placed([[2 ** 32 - FRAME, 1], [0, 1.02]]), [[0, true], [1, false]]);
});

test("after a pause, and when it is too late, it begins anew", () => {
  assert.deepEqual(placed([[0, 1], [FRAME, 2]]), [[0, true], [50, true]]);
});

test("what would wait too long is given up for what is new", () => {
  const burst = Array.from({ length: 40 }, (_, index) => [index * FRAME, 1]);
  const anew = placed(burst).flatMap(([, anew], index) => (anew ? [index] : []));
  assert.deepEqual(anew, [0, 20, 40].filter((index) => index < 40));
});

test("another stream, with timestamps of its own, begins anew", () => {
  assert.deepEqual(placed([[5_000_000, 1], [7, 1.02]]), [[0, true], [1, true]]);
});
