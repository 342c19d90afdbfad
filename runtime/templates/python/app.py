import cogbox
from cogbox import Commands


@cogbox.command("Says hello")
def hello(ctx):
    ctx.reply(f"Hello, {ctx.user.display_name}!")
