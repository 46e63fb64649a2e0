// A person at a browser. Reads lines `{"url", "email", "agrees"}`, each a sign-in in a browser of its own, and writes the
// address at which it ends.
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"],
});
for await (const line of createInterface({ input: process.stdin })) {
  const { url, email, agrees } = JSON.parse(line);
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  const asked = await page.locator("li").allTextContents();
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: agrees ? "Sign in" : "Cancel" }).click();
  await page.waitForURL(/\/callback\?/);
  console.log(JSON.stringify({ landed: page.url(), asked, shown: await page.locator("body").innerText() }));
  await context.close();
}
await browser.close();
