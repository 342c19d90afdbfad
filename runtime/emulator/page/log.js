// Owns the messages of one channel: order, upserts, deletions, and the merge of a fetched history with
// events that arrived while it was on its way. Pure: no DOM, no network.

/** Messages kept per channel; older ones are dropped, so that a page left open does not grow for ever. */
export const KEPT = 300;

/** Orders two snowflakes by age. They are decimal strings too large for a double. */
export function byAge(a, b) {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

export class ChannelLog {
  #messages = new Map();
  #meanwhile = null;
  /** Whether its history was ever fetched: an empty log that was not is no empty channel. */
  loaded = false;

  /** The messages, oldest first. */
  get messages() {
    return [...this.#messages.values()].sort((a, b) => byAge(a.id, b.id));
  }

  get(id) {
    return this.#messages.get(id);
  }

  /** Call before asking for history; `fill` then knows what changed in between. */
  expectHistory() {
    this.#meanwhile = new Map();
  }

  /** Replaces everything with a fetched history, except what events said since `expectHistory`. */
  fill(history) {
    const meanwhile = this.#meanwhile ?? new Map();
    this.#meanwhile = null;
    this.#messages = new Map(history.map((message) => [message.id, message]));
    for (const [id, message] of meanwhile) {
      if (message) this.#messages.set(id, message);
      else this.#messages.delete(id);
    }
    this.loaded = true;
    this.#trim();
  }

  /** Adds a message or replaces the one with its id; returns whether it is new. */
  upsert(message) {
    const isNew = !this.#messages.has(message.id);
    this.#messages.set(message.id, message);
    this.#meanwhile?.set(message.id, message);
    this.#trim();
    return isNew;
  }

  remove(ids) {
    for (const id of ids) {
      this.#messages.delete(id);
      this.#meanwhile?.set(id, null);
    }
  }

  #trim() {
    const excess = this.#messages.size - KEPT;
    if (excess <= 0) return;
    for (const { id } of this.messages.slice(0, excess)) this.#messages.delete(id);
  }
}
