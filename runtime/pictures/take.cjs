// Plays a short scene in the local Discord and photographs it and the dashboard.
const { chromium } = require("playwright-core");

const [discord, dashboard, folder] = process.argv.slice(2);
const flags = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

async function until(url) {
  for (let tries = 0; tries < 200; tries += 1) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
    await new Promise((wake) => setTimeout(wake, 50));
  }
  throw new Error(`${url} does not answer`);
}

async function run(page, line) {
  const messages = page.locator("#messages article[data-message-id]");
  const before = await messages.count();
  await page.locator("#composer-text").fill(line);
  await page.locator("#composer-text").press("Enter");
  await messages.nth(before).waitFor();
}

async function main() {
  await until(`${dashboard}/readyz`);
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: flags });
  const errors = [];
  const open = async (url, options) => {
    const context = await browser.newContext({ viewport: { width: 1200, height: 760 }, ...options });
    const page = await context.newPage();
    page.on("pageerror", (error) => errors.push(`${url}: ${error}`));
    page.on("console", (line) => line.type() === "error" && errors.push(`${url}: ${line.text()}`));
    await page.goto(url);
    return page;
  };

  const chat = await open(`${discord}/#ann/general`, { colorScheme: "light" });
  await chat.locator("#app[data-ready=true]").waitFor();
  for (const line of ["/roll 2d6+1", "/ping", "/serverinfo", "/count"]) await run(chat, line);
  const button = chat.locator("#messages article button[data-custom-id]").last();
  await button.click();
  await chat.getByText("has counted to 2", { exact: false }).waitFor();
  await chat.locator("#composer-text").fill("/");
  await chat.locator("#picker [role=option]").first().waitFor();
  await chat.screenshot({ path: `${folder}/local-discord.png` });

  const phone = await open(`${discord}/#ben/general`, {
    colorScheme: "dark", viewport: { width: 390, height: 760 },
  });
  await phone.locator("#app[data-ready=true]").waitFor();
  await phone.screenshot({ path: `${folder}/local-discord-phone.png` });

  for (const scheme of ["light", "dark"]) {
    const page = await open(dashboard, { colorScheme: scheme });
    await page.screenshot({ path: `${folder}/dashboard-${scheme}.png` });
  }
  await browser.close();
  if (errors.length > 0) throw new Error(`the pages complain:\n${errors.join("\n")}`);
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
