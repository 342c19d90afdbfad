use cogbox_sdk::prelude::*;

pub struct Hello;

#[cog]
impl Cog for Hello {
    fn commands() -> Commands {
        commands![hello]
    }
}

/// Says hello.
#[command]
fn hello(ctx: &Context) -> Answer {
    ctx.reply(format!("Hello, {}!", ctx.user().display_name))
}
