// The page in Chromium, within a host of the SDK's own making, against a real server and the embedded Reply.
//
//   node drive.mjs URL SERVER…        URL: of the sandbox; SERVER: the command that serves over stdio
//
// SHOTS=FOLDER writes a picture of each view. CHROMIUM names the browser.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { build } from "esbuild";
import { chromium } from "playwright-core";

const [url, command, ...args] = process.argv.slice(2);
const shots = process.env.SHOTS;
const SEQUENCE = "Series B companies";
const EXTENSION = "io.modelcontextprotocol/ui";
const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const host = await build({
  entryPoints: [new URL("host.js", import.meta.url).pathname], bundle: true, write: false, format: "iife",
});

const env = { ...process.env, REPLY_API_KEY: "sandbox-full-access", REPLY_BASE_URL: url, REPLY_RATE_LIMITS: "none" };
const client = new Client(
  { name: "apps-test", version: "1" },
  { capabilities: { extensions: { [EXTENSION]: { mimeTypes: ["text/html;profile=mcp-app"] } } } },
);
await client.connect(new StdioClientTransport({ command, args, env, stderr: "inherit" }));
const tools = (await client.listTools()).tools;
const uri = tools.find((one) => one.name === "reply_overview")._meta.ui.resourceUri;
const page = (await client.readResource({ uri })).contents[0].text;
// The strictest policy that a host is known to set.
const policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'";
const strict = page.replace("<head>", `<head><meta http-equiv="Content-Security-Policy" content="${policy}">`);

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"],
});
let checks = 0;
const check = (condition, message) => { assert.ok(condition, message); checks += 1; };

// Shows what a tool answered; gives the view's frame, and what happened since.
const open = async ({ tool, given = {}, result, width = 1280, theme = "light", fails = false, capabilities }) => {
  const seen = { calls: [], told: [], refused: [], requests: [] };
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: theme });
  const tab = await context.newPage();
  tab.on("console", (one) => { if (one.type() === "error") seen.refused.push(one.text()); });
  tab.on("request", (one) => { if (!one.url().startsWith("about:")) seen.requests.push(one.url()); });
  await tab.exposeFunction("callTool", async (name, values) => {
    seen.calls.push({ name, values });
    if (fails) throw new Error("The server cannot be reached");
    return await client.callTool({ name, arguments: values });
  });
  await tab.exposeFunction("toldModel", (text) => { seen.told.push(text); });
  await tab.setContent("<!doctype html><html lang=en><title>host</title><body></body></html>");
  await tab.addScriptTag({ content: host.outputFiles[0].text });
  const answer = result === undefined ? await client.callTool({ name: tool, arguments: given }) : result;
  await tab.evaluate((all) => window.render(all), {
    page: strict, args: given, result: answer, theme,
    capabilities: capabilities || { serverTools: {}, updateModelContext: { text: {} } },
  });
  const frame = tab.frames().find((one) => one !== tab.mainFrame()) || await tab.waitForEvent("frameattached");
  if (answer) await frame.waitForSelector("h1");
  return { tab, frame, seen, answer, close: () => context.close() };
};

const accessible = async ({ frame, tab }, name) => {
  await frame.evaluate(axe);
  const found = await frame.evaluate(() => window.axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  }));
  check(found.violations.length === 0, `${name}: ${found.violations.map((one) => `${one.id} ${one.nodes[0].html}`).join("; ")}`);
  const wide = await frame.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check(wide <= 0, `${name}: ${wide} px wider than its frame`);
  if (shots) {
    mkdirSync(shots, { recursive: true });
    await tab.waitForTimeout(400);
    await (await tab.$("iframe")).screenshot({ path: `${shots}/${name}.png` });
  }
};

const VIEWS = {
  question: { tool: "reply_start_sequence", given: { id: SEQUENCE } },
  overview: { tool: "reply_overview" },
  performance: { tool: "reply_compare_sequence_performance", given: { filters: { dateRangePreset: "lastMonth" } } },
  inbox: { tool: "reply_get_inbox_emails", given: { source: "unread", top: 4 } },
  triage: { tool: "reply_triage_inbox" },
};

try {
  // Every view, narrow and wide, light and dark, in a frame that may load nothing.
  for (const [name, view] of Object.entries(VIEWS)) {
    const result = await client.callTool({ name: view.tool, arguments: view.given || {} });
    for (const width of shots ? [360, 760, 1280] : [360, 1280]) {
      for (const theme of ["light", "dark"]) {
        const one = await open({ ...view, result, width, theme });
        await accessible(one, `${name}-${width}-${theme}`);
        check(one.seen.requests.length === 0, `${name} asked for ${one.seen.requests}`);
        check(one.seen.refused.length === 0, `${name}: ${one.seen.refused}`);
        await one.close();
      }
    }
  }

  // No answer yet, then a cancelled call: the page makes sense.
  let view = await open({ tool: "reply_overview", result: null });
  await view.frame.waitForSelector("text=Waiting for Reply");
  await view.tab.evaluate(() => window.bridge.sendToolCancelled({ reason: "stopped" }));
  await view.frame.waitForSelector("text=The call was cancelled.");
  checks += 2;
  await view.close();

  // Declined by the keyboard alone: nothing is done, and the code does nothing any more.
  view = await open(VIEWS.question);
  await view.frame.focus("text=Start sequence >> nth=-1");
  await view.tab.keyboard.press("Tab");
  await view.tab.keyboard.press("Enter");
  await view.frame.waitForSelector("text=Declined. Nothing was done.");
  check(view.seen.told.some((text) => text.includes("Declined")), "the model is told of it");
  const code = view.answer._meta["reply/view"].call;
  const later = await client.callTool(code);
  check(/declined/.test(later.content[0].text), later.content[0].text);
  check((await view.frame.$$("button")).length === 0, "no button is left");
  await view.close();

  // A lost server: the person is told that nothing is known, and the button does not stay on.
  view = await open({ ...VIEWS.question, fails: true });
  await view.frame.click("button.first");
  await view.frame.waitForSelector("text=Whether anything was done is not known");
  check(await view.frame.isDisabled("button.first"), "the button is off");
  await view.close();

  // Approved, with two clicks at once: done once. A host that cannot tell the model changes nothing.
  view = await open({ ...VIEWS.question, capabilities: { serverTools: {} } });
  await view.frame.evaluate(() => { const one = document.querySelector("button.first"); one.click(); one.click(); });
  await view.frame.waitForSelector("text=is active now");
  check(view.seen.calls.length === 1, `called ${view.seen.calls.length} times`);
  check(view.seen.told.length === 0, "a host that takes no context is told none");
  await view.close();

  // The used code, by a model that knows nothing of the page: asked anew, not done again.
  const again = await client.callTool(view.seen.calls[0] && { name: view.seen.calls[0].name, arguments: view.seen.calls[0].values });
  check(!/is active now/.test(again.content[0].text) || /already/.test(again.content[0].text), again.content[0].text);

  // The comparison is had by a button.
  view = await open({ tool: "reply_compare_sequence_performance" });
  await view.frame.click("text=Compare with the period before");
  await view.frame.waitForSelector("text=before");
  await accessible(view, "performance-compared");
  await view.close();

  // A thread is read, answered, checked and sent; outsiders' words stay words.
  view = await open(VIEWS.inbox);
  await view.frame.click("button >> nth=0");
  await view.frame.fill("textarea", "The invoice goes out today.");
  await accessible(view, "inbox-answering");
  await view.frame.click("text=Check and send");
  await view.frame.waitForSelector("text=This sends a real email");
  await view.frame.click("button.first");
  await view.frame.waitForSelector("text=Sent by email to");
  check(view.seen.calls.map((one) => one.name).join() === "reply_get_thread,reply_send_inbox_reply,reply_send_inbox_reply",
    JSON.stringify(view.seen.calls.map((one) => one.name)));
  await view.close();

  const hostile = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>';
  view = await open({ ...VIEWS.inbox, result: { content: [{ type: "text", text: hostile }], _meta: { "reply/view": {
    kind: "threads", title: hostile, rows: [{ id: "1", contact: hostile, category: hostile, state: hostile, last: hostile, says: hostile }],
  } } } });
  check(await view.frame.evaluate(() => window.hit === undefined && document.querySelectorAll("img, main script").length === 0), "markup");
  await view.close();
  console.log(`apps: ${checks} checks passed`);
} finally {
  await browser.close();
  await client.close();
}
