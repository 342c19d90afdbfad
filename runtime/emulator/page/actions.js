// Owns what a person does to the server: sending, running, pressing, submitting; and following each
// interaction from our request to its end. Shows nothing itself.

import * as api from "./api.js";
import { nest } from "./commands.js";
import { changed, state, updateInteraction } from "./state.js";

/** Sends a message, perhaps as the reply to another one, with files the server has kept. */
export function send(content, { replyTo, files }) {
  return api.sendMessage(state.channel, state.me, content, { replyTo, files });
}

/** Does something and shows, as a sentence, why it was refused. */
export async function guard(act) {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof api.ApiError)) throw error;
    changed("refused", error.message);
  }
}

/** Adds the person's reaction, or takes it back. */
export const react = (message, emoji, remove) => guard(() => api.react(message.channel_id, message.id, state.me, emoji, Boolean(remove)));

/** Pins a message, or takes the pin out. */
export const pin = (message, remove) => guard(() => api.pin(message.channel_id, message.id, state.me, Boolean(remove)));

/** Asks the bot for names while an option is typed; returns the interaction that brings them. */
export async function autocomplete(entry, options) {
  const { interaction } = await api.autocomplete(state.channel, state.me, entry.command.id, nest(entry, options));
  return interaction;
}

/** Runs a slash command; `name` is shown until the answer comes. */
export async function run(entry, options) {
  const source = { kind: "command", name: `/${entry.name}`, user: state.me, channel: state.channel };
  const { interaction } = await api.runCommand(state.channel, state.me, entry.command.id, nest(entry, options));
  updateInteraction(interaction, { source, channel_id: source.channel });
}

/** Runs a user or message command on its target. */
export async function runOn(command, target) {
  const source = { kind: "command", name: command.name, user: state.me, channel: state.channel };
  try {
    const { interaction } = await api.runCommand(state.channel, state.me, command.id, [], target);
    updateInteraction(interaction, { source, channel_id: source.channel });
  } catch (error) {
    changed("refused", error.message);
  }
}

/** Presses a button or sends the choice of a select. */
export async function click(message, customId, values) {
  const source = { kind: "click", message: message.id, customId, user: state.me, channel: state.channel };
  for (const [id, other] of state.interactions) {
    if (other.source?.kind === "click" && other.source.message === message.id && other.state === "failed") state.interactions.delete(id);
  }
  try {
    const { interaction } = await api.clickComponent(state.channel, state.me, message.id, customId, values);
    updateInteraction(interaction, { source, channel_id: source.channel });
  } catch (error) {
    changed("refused", error.message);
  }
}

/** Submits a modal that `interaction` opened. Returns the id of the new interaction. */
export async function submit(interaction, fields) {
  const source = { kind: "submit", user: state.me, channel: state.channel };
  const answer = await api.submitModal(interaction, state.me, fields);
  updateInteraction(answer.interaction, { source, channel_id: source.channel });
  return answer.interaction;
}
