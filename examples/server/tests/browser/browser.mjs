// Chromium on the page of a server of its own. What breaks the policy or throws fails the test.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import axe from "axe-core";
import jsqr from "jsqr";
import { chromium } from "playwright-core";
import { PNG } from "pngjs";
import { startServer } from "../node/server.mjs";

/** Where screenshots go, for people to look at. */
const SHOTS = process.env.MFA_SCREENSHOTS;
const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** The page in a fresh browser; `options` are those of a Playwright context. */
export async function openPage(options = {}) {
  const server = await startServer();
  const executablePath = process.env.MFA_CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ARGS });
  const viewport = { width: 800, height: 900 };
  const permissions = ["clipboard-read", "clipboard-write"];
  const context = await browser.newContext({ viewport, permissions, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const faults = [];
  page.on("pageerror", (error) => faults.push(`thrown: ${error}`));
  page.on("console", (message) => {
    // Chromium itself writes down each answer of 400 and more, and each that does not come.
    const isAnswer = message.text().startsWith("Failed to load resource:");
    if (message.type() === "error" && !isAnswer) faults.push(message.text());
  });
  page.on("request", (request) => {
    const url = request.url();
    const isOwn = url.startsWith(server.url) || url.startsWith("data:") || url.startsWith("blob:");
    if (!isOwn) faults.push(`loaded from elsewhere: ${url}`);
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) =>
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  await page.goto(server.url);
  return {
    server,
    page,
    context,
    /** Axe finds nothing to object to, and the focus is somewhere visible; takes a picture. */
    look: (name) => look(page, name),
    async close() {
      const kept = await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie]);
      await browser.close();
      await server.stop();
      assert.deepEqual(faults, []);
      assert.deepEqual(kept, [0, 0, ""], "something is kept in the browser");
    },
  };
}

async function look(page, name) {
  if (SHOTS) {
    mkdirSync(SHOTS, { recursive: true });
    await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
  }
  await page.evaluate(axe.source);
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations, passes } = await page.evaluate((values) =>
    globalThis.axe.run({ runOnly: { type: "tag", values } }), tags);
  assert.ok(passes.length > 10, "axe has looked at little");
  const found = violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]);
  assert.deepEqual(found, [], name);
  const focused = await page.evaluate(() => document.activeElement?.tagName);
  assert.notEqual(focused, "BODY", `${name}: nothing has the focus`);
}

/** What the QR code that is on the page says. */
export async function readQr(page) {
  const { data, width, height } = PNG.sync.read(await page.locator("img.qr").screenshot());
  return jsqr(new Uint8ClampedArray(data), width, height)?.data;
}
