// Plays a short scene in the local Discord and photographs it and the dashboard, for the README.

import { fileURLToPath } from "node:url";

import { STOCK, startBot } from "../tests/browser/bot.mjs";
import { open, openChat, run, startBrowser } from "../tests/browser/browser.mjs";

const picture = (name) => fileURLToPath(new URL(`${name}.png`, import.meta.url));
const bot = await startBot(...STOCK);
const browser = await startBrowser();
try {
  const chat = await openChat(browser, bot, "ann/general", { colorScheme: "light" });
  for (const line of ["/roll 2d6+1", "/ping", "/serverinfo", "/count"]) await run(chat, line);
  await chat.getByRole("button", { name: "+1" }).click();
  await chat.getByText("has counted to 2").waitFor();
  await chat.locator("#composer-text").fill("/");
  await chat.locator("#picker [role=option]").first().waitFor();
  await chat.screenshot({ path: picture("local-discord") });

  const phone = { colorScheme: "dark", viewport: { width: 390, height: 760 } };
  const small = await openChat(browser, bot, "ben/general", phone);
  await small.screenshot({ path: picture("local-discord-phone") });

  for (const colorScheme of ["light", "dark"]) {
    const page = await open(browser, bot.dashboard, { colorScheme });
    await page.screenshot({ path: picture(`dashboard-${colorScheme}`) });
  }
  const wrongs = browser.contexts().flatMap((context) => context.pages()).flatMap((page) => page.wrongs);
  if (wrongs.length > 0) throw new Error(`the pages complain:\n${wrongs.join("\n")}`);
} finally {
  await browser.close();
  await bot.stop();
}
