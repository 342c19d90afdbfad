// Owns when each packet of sound is played: a little later than it comes, so that the next one may be late.
// Knows nothing of browsers.

/** Samples of a second; all voice of Discord's has so many. */
export const RATE = 48_000;

/** How long the first packet waits, in seconds: so much later than usual the others may come. */
export const DELAY = 0.12;

/** What would have to wait longer is not waited for: the page was held up, and goes on with what is new. */
export const LONGEST = 0.5;

export class Schedule {
  #before = null; // { timestamp, at } of the packet before

  /**
   * Tells when a packet with this timestamp begins, in seconds of the clock that says `now`, and whether it
   * begins `anew`: after a pause, because it is late, or because too much waits, which is then not to be played.
   */
  place(timestamp, now) {
    const kept = this.#before && this.#before.at + ((timestamp - this.#before.timestamp) | 0) / RATE;
    const anew = kept === null || kept < now || kept > now + LONGEST;
    const at = Math.round((anew ? now + DELAY : kept) * RATE) / RATE;
    this.#before = { timestamp, at };
    return { at, anew };
  }
}
