"""A bot as its author would write it with discord.py, which knows nothing of the local Discord but
where it is. The test `clients` starts it and does what people do."""

import math
import os
import struct

import discord
import yarl
from discord import app_commands

# discord.py has no option for this: two attributes, set before the client is made.
discord.http.Route.BASE = os.environ["DISCORD_API"]
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY"] + "/")

GREETINGS = ["hello", "hey", "hi"]


class Bot(discord.Client):
    def __init__(self):
        intents = discord.Intents.default()
        intents.message_content = True
        super().__init__(intents=intents)
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self):
        await self.tree.sync()

    async def on_message(self, message):
        if message.content == "!work":
            await work(message)
        elif message.content == "!sing":
            await sing(message)
        elif message.content.startswith("!echo "):
            await message.channel.send(message.content.removeprefix("!echo "))


async def work(message):
    """Sends, edits, reacts, deletes and replies."""
    sent = await message.channel.send("working")
    await sent.edit(content="worked")
    await message.add_reaction("👍")
    extra = await message.channel.send("too much")
    await extra.delete()
    await message.reply("finished")


class Tone(discord.AudioSource):
    """Two seconds of 440 Hz, in frames of 20 ms of 48,000 Hz in stereo."""

    def __init__(self):
        self.frame = 0

    def read(self):
        if self.frame == 100:
            return b""
        places = range(self.frame * 960, (self.frame + 1) * 960)
        self.frame += 1
        samples = [round(16384 * math.sin(2 * math.pi * 440 * place / 48000)) for place in places]
        return b"".join(struct.pack("<hh", sample, sample) for sample in samples)


async def sing(message):
    """Goes where the author is, is heard there, and leaves."""
    voice = await message.author.voice.channel.connect()
    over = bot.loop.create_future()
    voice.play(Tone(), after=lambda error: bot.loop.call_soon_threadsafe(over.set_result, error))
    error = await over
    await voice.disconnect()
    await message.reply(f"sang: {error}" if error else "sang")


bot = Bot()


@bot.tree.command(description="Answers at once")
async def ping(interaction: discord.Interaction):
    await interaction.response.send_message("pong")


@bot.tree.command(description="Thinks first")
async def slow(interaction: discord.Interaction):
    await interaction.response.defer()
    await interaction.edit_original_response(content="almost")
    await interaction.edit_original_response(content="done")
    await interaction.followup.send("and more", ephemeral=True)


@bot.tree.command(description="Greets")
@app_commands.describe(word="How to greet")
async def say(interaction: discord.Interaction, word: str):
    await interaction.response.send_message(f"{word}, {interaction.user.name}")


@say.autocomplete("word")
async def words(interaction: discord.Interaction, typed: str):
    fitting = [word for word in GREETINGS if word.startswith(typed)]
    return [app_commands.Choice(name=word, value=word) for word in fitting]


class Pressed(discord.ui.View):
    @discord.ui.button(label="Press", style=discord.ButtonStyle.primary)
    async def press(self, interaction: discord.Interaction, button: discord.ui.Button):
        button.disabled = True
        await interaction.response.edit_message(content=f"pressed by {interaction.user.name}", view=self)


@bot.tree.command(description="Shows a button")
async def button(interaction: discord.Interaction):
    await interaction.response.send_message("not pressed", view=Pressed())
    await interaction.followup.send("the button stands", ephemeral=True)


class Form(discord.ui.Modal, title="A form"):
    colour = discord.ui.TextInput(label="Colour", custom_id="colour")

    async def on_submit(self, interaction: discord.Interaction):
        await interaction.response.send_message(f"{self.colour.value} it is")


@bot.tree.command(description="Opens a form")
async def form(interaction: discord.Interaction):
    await interaction.response.send_modal(Form())
    await interaction.followup.send("the form stands", ephemeral=True)


@bot.tree.context_menu(name="Quote")
async def quote(interaction: discord.Interaction, message: discord.Message):
    await interaction.response.send_message(f"> {message.content}")


bot.run(os.environ["DISCORD_TOKEN"])
