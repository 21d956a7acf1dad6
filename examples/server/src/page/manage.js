// Signed in: the user's second factors, and how they come and go.
import * as api from "./api.js";
import { keepCodes } from "./codes.js";
import { attempt, confirmed, copy, onPress, onSubmit, show, tell } from "./view.js";
import { WRONG_SENT, factors } from "./words.js";

const WRONG = { invalid_grant: "This code is wrong. Type the one that is shown now." };
const WRONG_NUMBER = { invalid_request: "This is not a phone number with its country code." };
const WRONG_ADDRESS = { invalid_request: "This is not an e-mail address." };

/** The list. `session.ended` is called when the token cannot be used any more. */
export async function overview(token, session) {
  const all = factors(await api.list(token));
  const active = all.filter((one) => !one.isRecovery);
  const view = show("overview", (view) => {
    view.querySelector(".lead").textContent = active.length
      ? "To sign in you need your password and one of these."
      : "Your password alone protects your account. Add a second factor, and a stolen password is not enough.";
  });
  const rows = all.map((factor) => row(view, factor, async () => {
    if (!(await confirmed(`Remove ${factor.name}?`, consequence(active.length)))) return;
    await api.remove(token, factor.id);
    // Every token ends with a removal, whoever holds it.
    session.ended(`Removed: ${factor.name}. Sign in again to go on.`);
  }));
  view.querySelector(".factors").replaceChildren(...rows);
  const back = (token) => overview(token, session);
  onPress(view, "app", () => addApp(token, back));
  onPress(view, "phone", () => addContact("add-phone", token, back));
  onPress(view, "email", () => addContact("add-email", token, back));
}

function row(view, factor, remove) {
  const li = document.getElementById("factor").content.firstElementChild.cloneNode(true);
  li.querySelector("strong").textContent = factor.name;
  li.querySelector("span").textContent = factor.detail;
  const button = li.querySelector("button");
  if (factor.isRecovery) button.remove();
  button.ariaLabel = `Remove ${factor.name}`;
  button.addEventListener("click", () => attempt(view, remove));
  return li;
}

function consequence(count) {
  return count > 1
    ? "It signs you in no more. You sign in again afterwards."
    : "It is your only second factor: your password alone will protect your account, and your recovery code ends with it.";
}

async function addApp(token, back) {
  const { secret, barcode_uri, recovery_codes } = await api.associate(token, { authenticator_types: ["otp"] });
  const image = await api.qr(token, barcode_uri);
  tell();
  const view = show("add-app", (view) => {
    view.querySelector("img").src = image;
    view.querySelector(".secret").textContent = secret.match(/.{1,4}/g).join(" ");
  });
  onPress(view, "copy", () => copy(view.querySelector(".secret"), secret));
  onPress(view, "cancel", () => back(token));
  onSubmit(view, async ({ code }) => {
    const tokens = await api.answerOtp(token, code);
    await added(tokens, recovery_codes, "Your authenticator app is added.", back);
  }, WRONG);
}

function addContact(name, token, back) {
  tell();
  const view = show(name);
  onPress(view, "cancel", () => back(token));
  onSubmit(view, async ({ to, channel = "email" }) => {
    const associate = () => api.associate(token, {
      authenticator_types: ["oob"],
      oob_channels: [channel],
      // As people write numbers: 1 (555) 555-9167.
      ...(channel === "email" ? { email: to.trim() } : { phone_number: to.replace(/[\s().\/-]/g, "") }),
    });
    confirmContact(to, await associate(), associate, token, back);
  }, name === "add-phone" ? WRONG_NUMBER : WRONG_ADDRESS);
}

function confirmContact(to, associated, associate, token, back) {
  let { oob_code, recovery_codes } = associated;
  const view = show("code", (view) => {
    view.querySelector("h1").textContent = "Type the code we sent";
    view.querySelector("#lead").textContent = `It is on its way to ${to}.`;
  });
  onPress(view, "cancel", () => back(token));
  onPress(view, "again", async () => {
    ({ oob_code, recovery_codes } = await associate());
    tell("Another code is on its way. The one before it is over.");
    view.querySelector("input").focus();
  });
  onSubmit(view, async ({ code }) => {
    const tokens = await api.answerOob(token, oob_code, code);
    await added(tokens, recovery_codes, `${to} is added.`, back);
  }, WRONG_SENT);
}

/** The token that confirmed is replaced by one that stands for a second factor. */
async function added({ access_token }, recoveryCodes, message, back) {
  const proceed = async () => {
    await back(access_token);
    tell(message);
  };
  await (recoveryCodes ? keepCodes(recoveryCodes, proceed) : proceed());
}
