// A bot as its author would write it with discord.js, which knows nothing of the local Discord but where
// it is. The test `clients` starts it and does what people do.

import { once } from "node:events";
import { createRequire } from "node:module";
import { Readable } from "node:stream";

/** Where runtime/prerequisites.sh puts the package. */
const tools = createRequire(new URL("../../../../../target/tools/discord.js/", import.meta.url));
const {
  ActionRowBuilder, ApplicationCommandOptionType, ApplicationCommandType, ButtonBuilder, ButtonStyle, Client, Events,
  GatewayIntentBits, MessageFlags, ModalBuilder, TextInputBuilder, TextInputStyle,
} = tools("discord.js");
const {
  AudioPlayerStatus, StreamType, VoiceConnectionStatus, createAudioPlayer, createAudioResource, entersState, joinVoiceChannel,
} = tools("@discordjs/voice");

const GREETINGS = ["hello", "hey", "hi"];

const client = new Client({
  intents: [
    GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.MessageContent,
    GatewayIntentBits.GuildVoiceStates,
  ],
  rest: { api: process.env.DISCORD_API.replace(/\/v10$/, ""), version: "10" },
});

const commands = [
  { name: "ping", description: "Answers at once" },
  { name: "slow", description: "Thinks first" },
  {
    name: "say", description: "Greets", options: [{
      type: ApplicationCommandOptionType.String, name: "word", description: "How to greet", required: true, autocomplete: true,
    }],
  },
  { name: "button", description: "Shows a button" },
  { name: "form", description: "Opens a form" },
  { name: "Quote", type: ApplicationCommandType.Message },
];

const row = (component) => new ActionRowBuilder().addComponents(component);

/** What each command does. */
const run = {
  ping: (interaction) => interaction.reply("pong"),
  async slow(interaction) {
    await interaction.deferReply();
    await interaction.editReply("almost");
    await interaction.editReply("done");
    await interaction.followUp({ content: "and more", flags: MessageFlags.Ephemeral });
  },
  say: (interaction) => interaction.reply(`${interaction.options.getString("word")}, ${interaction.user.username}`),
  async button(interaction) {
    await interaction.reply({ content: "not pressed", components: [row(press())] });
    await stands(interaction, "button");
  },
  async form(interaction) {
    await interaction.showModal(new ModalBuilder().setCustomId("form").setTitle("A form")
      .addComponents(row(new TextInputBuilder().setCustomId("colour").setLabel("Colour").setStyle(TextInputStyle.Short))));
    await stands(interaction, "form");
  },
  Quote: (interaction) => interaction.reply(`> ${interaction.targetMessage.content}`),
};

const stands = (interaction, what) =>
  interaction.followUp({ content: `the ${what} stands`, flags: MessageFlags.Ephemeral });
const press = () => new ButtonBuilder().setCustomId("press").setLabel("Press").setStyle(ButtonStyle.Primary);

client.once(Events.ClientReady, () => client.application.commands.set(commands));

client.on(Events.InteractionCreate, async (interaction) => {
  if (interaction.isAutocomplete()) {
    const fitting = GREETINGS.filter((word) => word.startsWith(interaction.options.getFocused()));
    await interaction.respond(fitting.map((word) => ({ name: word, value: word })));
  } else if (interaction.isButton()) {
    await interaction.update({ content: `pressed by ${interaction.user.username}`, components: [row(press().setDisabled(true))] });
  } else if (interaction.isModalSubmit()) {
    await interaction.reply(`${interaction.fields.getTextInputValue("colour")} it is`);
  } else {
    await run[interaction.commandName](interaction);
  }
});

client.on(Events.MessageCreate, async (message) => {
  if (message.content === "!work") await work(message);
  else if (message.content === "!sing") await sing(message);
  else if (message.content.startsWith("!echo ")) await message.channel.send(message.content.slice("!echo ".length));
});

/** Sends, edits, reacts, deletes and replies. */
async function work(message) {
  const sent = await message.channel.send("working");
  await sent.edit("worked");
  await message.react("👍");
  const extra = await message.channel.send("too much");
  await extra.delete();
  await message.reply("finished");
}

/** Two seconds of 440 Hz: 48,000 samples a second, of 16 bits, in stereo. */
function tone() {
  const samples = new Int16Array(2 * 96_000);
  for (let place = 0; place < 96_000; place++) {
    samples.fill(Math.round(16384 * Math.sin((2 * Math.PI * 440 * place) / 48_000)), 2 * place, 2 * place + 2);
  }
  return Buffer.from(samples.buffer);
}

/** Goes where the author is, is heard there, and leaves. */
async function sing(message) {
  const { guild, member } = message;
  const connection = joinVoiceChannel({
    channelId: member.voice.channelId, guildId: guild.id, adapterCreator: guild.voiceAdapterCreator,
  });
  await entersState(connection, VoiceConnectionStatus.Ready, 30_000);
  const player = createAudioPlayer();
  connection.subscribe(player);
  player.play(createAudioResource(Readable.from([tone()]), { inputType: StreamType.Raw }));
  await once(player, AudioPlayerStatus.Idle);
  connection.destroy();
  await message.reply("sang");
}

await client.login(process.env.DISCORD_TOKEN);
