import { command } from "cogbox";
export { commands } from "cogbox";

command("hello", "Says hello", (ctx) => {
  ctx.reply(`Hello, ${ctx.user.displayName}!`);
});
