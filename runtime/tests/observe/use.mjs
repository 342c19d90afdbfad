// Uses a bot through the local Discord for a moment, as people would: commands, one that crashes, a heartbeat.

/** Runs `rounds` of commands as ann in #general. */
export async function use({ chat }, rounds = 5) {
  const ask = async (path, body) => {
    const options = body && { method: "POST", headers: { "content-type": "application/json", origin: chat }, body: JSON.stringify(body) };
    const answer = await fetch(`${chat}/_local/${path}`, options);
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return answer.json();
  };
  const { guilds: [{ channels }], users } = await ask("state");
  const { id: channel } = channels.find(({ name }) => name === "general");
  const { id: ann } = users.find(({ username }) => username === "ann");
  const commands = await ask(`commands?as=${ann}&channel=${channel}`);
  const run = (name) => {
    const { id: command } = commands.find((command) => command.name === name && command.type === 1);
    return ask(`channels/${channel}/commands`, { as: ann, command, options: [] });
  };
  // Otherwise the first heartbeat comes after most of a minute.
  await ask("faults", { fault: "payload", payload: { op: 1, d: null, s: null, t: null } });
  for (let round = 0; round < rounds; round += 1) {
    for (const name of ["count", "coin", "ping", "trap"]) await run(name);
    await new Promise((wake) => setTimeout(wake, 1000));
  }
}
