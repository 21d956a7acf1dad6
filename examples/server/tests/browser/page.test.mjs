// The page as people use it: the whole story of a second factor, from sign-in to removal.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, test } from "node:test";
import { code, earlyInStep } from "../node/codes.mjs";
import { newDevice } from "../node/device.mjs";
import { demo } from "../node/server.mjs";
import { openPage, readQr } from "./browser.mjs";

const NUMBER = "+1 (555) 555-9167";
let it, page;

async function open(options) {
  await earlyInStep();
  it = await openPage(options);
  page = it.page;
}

beforeEach(() => open());
afterEach(() => it.close());

const heading = (name) => page.getByRole("heading", { level: 1, name }).waitFor();
const press = (name) => page.getByRole("button", { name, exact: true }).click();
const type = (label, text) => page.getByLabel(label, { exact: true }).fill(text);
const error = () => page.locator("[role=alert]:not(:empty)").textContent();

async function signIn(password = demo.password) {
  await heading("Sign in");
  await type("E-mail address", demo.username);
  await type("Password", password);
  await press("Sign in");
}

async function answer(text) {
  await type("Code", text);
  await press("Continue");
}

async function recoveryCodeShown() {
  return (await page.locator(".recovery-codes li").textContent()).replaceAll(" ", "");
}

/** Reads the recovery code that is shown, and goes on. */
async function keepRecoveryCode() {
  await heading("Keep your recovery code");
  const shown = await recoveryCodeShown();
  await page.getByRole("checkbox").check();
  await press("Continue");
  await heading("Your second factors");
  return shown;
}

/** Adds an app with the code of the step before this one: its secret, and the recovery code. */
async function addApp() {
  await page.getByRole("button", { name: /^Authenticator app/ }).click();
  await heading("Add an authenticator app");
  await page.getByText("Cannot scan it?").click();
  const secret = (await page.locator(".secret").textContent()).replaceAll(" ", "");
  await type("Type the code that the app shows now.", code(secret, -1));
  await press("Add the app");
  return secret;
}

async function factors() {
  return page.locator(".factors strong").allTextContents();
}

test("an app is added, signs in, is lost, and the recovery code helps to remove it", async () => {
  await it.look("01-sign-in");
  await signIn("wrong password");
  assert.equal(await error(), "The e-mail address or the password is wrong.");
  assert.equal(await page.evaluate(() => document.activeElement.id), "password");
  await it.look("02-wrong-password");
  await signIn();

  await heading("Your second factors");
  assert.deepEqual(await factors(), []);
  await it.look("03-nothing-yet");
  await page.getByRole("button", { name: /^Authenticator app/ }).click();
  await heading("Add an authenticator app");
  await page.getByText("Cannot scan it?").click();
  await it.look("04-add-app");
  const secret = (await page.locator(".secret").textContent()).replaceAll(" ", "");
  const uri = new URL(await readQr(page));
  assert.equal(uri.searchParams.get("secret"), secret);
  assert.equal(decodeURIComponent(uri.pathname).split(":").pop(), demo.username);
  await type("Type the code that the app shows now.", "000000");
  await press("Add the app");
  assert.match(await error(), /^This code is wrong/);
  await it.look("05-wrong-code");
  await type("Type the code that the app shows now.", code(secret, -1));
  await press("Add the app");

  await heading("Keep your recovery code");
  await it.look("06-recovery-code");
  const [download] = await Promise.all([page.waitForEvent("download"), press("Download")]);
  const recoveryCode = await recoveryCodeShown();
  await press("Copy");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), recoveryCode);
  assert.match(readFileSync(await download.path(), "utf8"), new RegExp(`^${recoveryCode}$`, "m"));
  // It cannot be passed by: the box says that it is kept.
  await press("Continue");
  await heading("Keep your recovery code");
  assert.equal(await keepRecoveryCode(), recoveryCode);
  assert.deepEqual(await factors(), ["Authenticator app", "Recovery code"]);
  assert.equal(await page.locator("#message").textContent(), "Your authenticator app is added.");
  await it.look("07-overview");

  await press("Sign out");
  await signIn();
  await heading("Enter your code");
  await it.look("08-enter-code");
  await answer("12");
  assert.match(await error(), /^This code is wrong/);
  await answer(code(secret));
  await heading("Your second factors");
  // A code signs in once.
  await press("Sign out");
  await signIn();
  await answer(code(secret));
  assert.match(await error(), /or was used before/);

  await press("Use your recovery code");
  await heading("Use your recovery code");
  await it.look("09-recovery");
  await type("Recovery code", "0000-0000");
  await press("Continue");
  assert.match(await error(), /^This recovery code is wrong/);
  await type("Recovery code", recoveryCode.toLowerCase());
  await press("Continue");
  const next = await keepRecoveryCode();
  assert.notEqual(next, recoveryCode);

  await press("Remove Authenticator app");
  await page.getByRole("dialog").waitFor();
  await it.look("10-remove");
  await press("Keep it");
  assert.deepEqual(await factors(), ["Authenticator app", "Recovery code"]);
  await press("Remove Authenticator app");
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await heading("Sign in");
  assert.match(await page.locator("#message").textContent(), /^Removed: Authenticator app\./);
  await it.look("11-removed");
  await type("Password", demo.password);
  await press("Sign in");
  await heading("Your second factors");
  assert.deepEqual(await factors(), []);
});

test("a number and an address are added, and each signs in", async () => {
  await signIn();
  await page.getByRole("button", { name: /^Phone number/ }).click();
  await heading("Add a phone number");
  await type("Phone number", "12");
  await press("Send a code");
  assert.match(await error(), /not a phone number/);
  await it.look("12-add-phone");
  await type("Phone number", NUMBER);
  await press("Send a code");
  await heading("Type the code we sent");
  const first = await it.server.message();
  assert.equal(first.to, "+15555559167");
  await press("Send another code");
  await page.getByText("Another code is on its way.").waitFor();
  const second = await it.server.message();
  await it.look("13-code-sent");
  await answer(second.code);
  await keepRecoveryCode();
  await page.getByRole("button", { name: /^E-mail/ }).click();
  await type("E-mail address", "alice@elsewhere.example");
  await press("Send a code");
  await answer(await sentCode());
  await heading("Your second factors");
  assert.deepEqual(await factors(), [
    "Phone number ending in 9167",
    "E-mail address a***@e***",
    "Recovery code",
  ]);
  await it.look("14-three-factors");

  for (const [way, channel] of [
    [undefined, "sms"],
    ["Call the number ending in 9167", "voice"],
    ["Send an e-mail to a***@e***", "email"],
  ]) {
    await press("Sign out");
    await signIn();
    await heading("Check your phone");
    if (way) {
      await sentCode();
      await it.look("15-other-ways");
      await press(way);
    }
    const message = await sent();
    assert.equal(message.channel, channel);
    await answer(message.code);
    await heading("Your second factors");
  }
});

/** The next message with a code. */
async function sent() {
  const message = await it.server.message();
  return message.code ? message : sent();
}
const sentCode = async () => (await sent()).code;

test("a device that is asked signs in, or refuses", async () => {
  const device = await addDevice();
  await signIn();
  await heading("Approve on your device");
  await it.look("16-device");
  const number = await page.locator(".number").textContent();
  await device.approve((await sentTo("push")).challenge, number);
  await heading("Your second factors");
  assert.deepEqual(await factors(), ["Device", "Recovery code"]);
  await press("Sign out");
  await signIn();
  await heading("Approve on your device");
  await device.refuse((await sentTo("push")).challenge);
  assert.match(await error(), /^It was refused on the device/);
  await press("Use your recovery code");
  await heading("Use your recovery code");
});

/** The next message on a channel. */
async function sentTo(channel) {
  const message = await it.server.message();
  return message.channel === channel ? message : sentTo(channel);
}

/** Enrolls a device for the user by the API, since the page has no app to scan its barcode. */
async function addDevice() {
  const post = async (path, { bearer, ...body }) => {
    const headers = { "content-type": "application/json", authorization: `Bearer ${bearer}` };
    const options = { method: "POST", headers, body: JSON.stringify(body) };
    const answer = await fetch(it.server.url + path, options);
    assert.equal(answer.status, 200, await answer.clone().text());
    return answer.json();
  };
  const { username, password } = demo;
  const audience = `${it.server.url}/mfa/`;
  const client_id = "page";
  const first = await post("/oauth/token", { grant_type: "password", username, password, audience, client_id });
  const bearer = first.access_token;
  const oob = { authenticator_types: ["oob"], oob_channels: ["auth0"] };
  const { barcode_uri, number, oob_code } = await post("/mfa/associate", { bearer, ...oob });
  const device = newDevice(it.server.url);
  const { challenge } = await device.enroll(barcode_uri);
  await device.approve(challenge, number);
  const grant_type = "http://auth0.com/oauth/grant-type/mfa-oob";
  await post("/oauth/token", { grant_type, mfa_token: bearer, oob_code, client_id });
  return device;
}

test("the keyboard alone is enough, and the focus is where it is needed", async () => {
  const keys = (text) => page.keyboard.type(text);
  const key = (name) => page.keyboard.press(name);
  const focused = () => page.evaluate(() => document.activeElement.textContent.trim() || document.activeElement.id);
  /** Presses Tab until something of this name has the focus, as people do. */
  const tabTo = async (name) => {
    for (let tabs = 0; tabs < 30; tabs += 1) {
      if ((await focused()).startsWith(name)) return;
      await key("Tab");
    }
    assert.fail(`${name} cannot be reached; the focus is at ${await focused()}`);
  };
  await heading("Sign in");
  assert.equal(await focused(), "username");
  await keys(demo.username);
  await key("Tab");
  await keys(demo.password);
  await key("Enter");
  await heading("Your second factors");
  assert.equal(await focused(), "Your second factors");
  await tabTo("Authenticator app");
  await key("Enter");
  await heading("Add an authenticator app");
  assert.equal(await focused(), "Add an authenticator app");
  await tabTo("Cannot scan it?");
  await key("Space");
  const secret = (await page.locator(".secret").textContent()).replaceAll(" ", "");
  await tabTo("typed");
  await keys(code(secret, -1));
  await key("Enter");
  await heading("Keep your recovery code");
  assert.equal(await focused(), "Keep your recovery code");
  await key("Tab");
  await key("Tab");
  await key("Tab");
  await key("Space");
  await tabTo("Continue");
  await key("Enter");
  await heading("Your second factors");
  await tabTo("Remove");
  await key("Enter");
  // The dialog begins where nothing is lost, keeps the focus inside, and gives it back.
  assert.equal(await focused(), "Keep it");
  await key("Escape");
  assert.equal(await focused(), "Remove");
  await tabTo("Sign out");
  await key("Enter");
  await heading("Sign in");
  assert.equal(await focused(), "password");
  await keys(demo.password);
  await key("Enter");
  await heading("Enter your code");
  assert.equal(await focused(), "typed");
  await keys(code(secret));
  await key("Enter");
  await heading("Your second factors");
});

test("it is as readable in the dark, and on a phone", async () => {
  await it.close();
  await open({ colorScheme: "dark", viewport: { width: 320, height: 640 } });
  await it.look("17-dark-sign-in");
  await signIn();
  await addApp();
  await it.look("18-dark-recovery-code");
  await keepRecoveryCode();
  await it.look("19-dark-overview");
  const { scroll, client } = await page.evaluate(() => ({
    scroll: document.documentElement.scrollWidth,
    client: document.documentElement.clientWidth,
  }));
  assert.ok(scroll <= client, "it scrolls sideways at 320 pixels");
  await page.getByRole("button", { name: /^Authenticator app/ }).click();
  await heading("Add an authenticator app");
  await it.look("20-dark-add-app");
  assert.ok((await readQr(page)).startsWith("otpauth://totp/"));
});

test("what goes wrong is said in words, and a session that is over leads back", async () => {
  await signIn();
  const secret = await addApp();
  await keepRecoveryCode();
  await press("Sign out");
  await signIn();
  await heading("Enter your code");
  for (let tries = 0; tries < 10; tries += 1) {
    await answer("000000");
    await page.locator("[aria-busy=false]").waitFor();
  }
  await answer(code(secret));
  assert.match(await error(), /^Too many tries\. Wait \d+ minutes, and try again\.$/);
  await it.look("21-locked");
  await page.route("**/oauth/token", (route) => route.abort());
  await answer("000000").catch(() => {});
  assert.match(await error(), /^The server cannot be reached/);
  await page.unroute("**/oauth/token");
  await page.route("**/oauth/token", (route) => route.fulfill({
    status: 401,
    contentType: "application/json",
    body: JSON.stringify({ error: "expired_token", error_description: "mfa_token is expired" }),
  }));
  await answer("000000");
  await heading("Sign in");
  assert.equal(await page.locator("#message").textContent(), "Your session has ended. Sign in again.");
});
