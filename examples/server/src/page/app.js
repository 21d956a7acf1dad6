// The page for people: sign in, see the second factors, add and remove them.
import * as api from "./api.js";
import { fillWays, onPress, onSubmit, show, tell, whenSessionEnds } from "./view.js";
import { overview } from "./manage.js";
import { keepCodes } from "./codes.js";
import { WRONG_SENT, destination, way } from "./words.js";

const WRONG_PASSWORD = { invalid_grant: "The e-mail address or the password is wrong." };
const WRONG_CODE = { invalid_grant: "This code is wrong, or was used before. Try the next one." };
const WRONG_RECOVERY = { invalid_grant: "This recovery code is wrong, or was used before." };

const signOut = document.getElementById("sign-out");
let username = "";

/** Everything begins here, and ends here when a session does. */
function start(message) {
  signOut.hidden = true;
  const view = show("sign-in", (view) => {
    const [name, password] = view.querySelectorAll("input");
    name.value = username;
    if (username) {
      delete name.dataset.focus;
      password.dataset.focus = "";
    }
  });
  tell(message);
  onSubmit(view, async (typed) => {
    username = typed.username.trim();
    try {
      enter(await api.signIn(username, typed.password));
    } catch (reason) {
      if (reason.error !== "mfa_required") throw reason;
      const mfaToken = reason.more.mfa_token;
      const ways = await api.list(mfaToken);
      // What asks for the least comes first; a recovery code is for when nothing else is left.
      const rank = ({ type }) => ["push-notification", "otp", "phone", "email"].indexOf(type) >>> 0;
      ways.sort((one, other) => rank(one) - rank(other));
      if (ways.length === 0) {
        tell("Nothing is left to sign in with. Ask whoever runs this service for help.");
        return;
      }
      await secondFactor({ mfaToken, ways, chosen: ways[0] });
    }
  }, WRONG_PASSWORD);
}

/** Asks for one authenticator's proof, and offers the others. */
async function secondFactor(login) {
  tell();
  const { chosen, mfaToken } = login;
  switch (chosen.type) {
    case "recovery-code":
      return askRecoveryCode(login);
    case "otp":
      return askCode(login, {
        title: "Enter your code",
        lead: "Your authenticator app shows it.",
        answer: (code) => api.answerOtp(mfaToken, code),
      });
    case "push-notification":
      return askDevice(login, await api.challenge(mfaToken, chosen.id));
    default: {
      let { oob_code } = await api.challenge(mfaToken, chosen.id);
      return askCode(login, {
        title: chosen.type === "email" ? "Check your e-mail" : "Check your phone",
        lead: `A code is on its way to ${destination(chosen)}.`,
        answer: (code) => api.answerOob(mfaToken, oob_code, code),
        again: async () => ({ oob_code } = await api.challenge(mfaToken, chosen.id)),
      });
    }
  }
}

function askCode(login, { title, lead, answer, again }) {
  const view = show("code", (view) => {
    view.querySelector("h1").textContent = title;
    view.querySelector("#lead").textContent = lead;
  });
  onSubmit(view, async ({ code }) => enter(await answer(code)), again ? WRONG_SENT : WRONG_CODE);
  if (again) {
    onPress(view, "again", async () => {
      await again();
      tell("Another code is on its way. The one before it is over.");
      view.querySelector("input").focus();
    });
  }
  others(view, login);
}

function askRecoveryCode(login) {
  const view = show("recovery");
  const answer = ({ code }) => api.answerRecovery(login.mfaToken, code);
  onSubmit(view, async (typed) => enter(await answer(typed)), WRONG_RECOVERY);
  others(view, login);
}

/** Waits for what the user says on the device, as long as the view is there. */
async function askDevice(login, { oob_code, number }) {
  const view = show("push", (view) => (view.querySelector(".number").textContent = number));
  others(view, login);
  const rest = () => new Promise((resolve) => setTimeout(resolve, 5_500));
  const poll = async () => {
    for (await rest(); view.isConnected; await rest()) {
      try {
        const tokens = await api.answerOob(login.mfaToken, oob_code);
        if (view.isConnected) enter(tokens);
        return;
      } catch (reason) {
        if (["authorization_pending", "slow_down"].includes(reason.error)) continue;
        const refused = reason.error === "access_denied";
        const text = refused ? "It was refused on the device." : "The question is over.";
        view.querySelector(".error").textContent = `${text} Try another way, or sign in again.`;
        return;
      }
    }
  };
  poll();
}

function others(view, login) {
  onPress(view, "cancel", () => start());
  const rest = login.ways.filter((one) => one !== login.chosen);
  fillWays(view, rest.map((chosen) => [way(chosen), () => secondFactor({ ...login, chosen })]));
}

/** Signed in: with a new recovery code if one was used. */
function enter({ access_token, recovery_code }) {
  tell();
  signOut.hidden = false;
  const proceed = () => overview(access_token, { ended: start });
  return recovery_code ? keepCodes([recovery_code], proceed) : proceed();
}

document.getElementById("site").textContent = location.host;
signOut.addEventListener("click", () => start("You are signed out."));
whenSessionEnds(() => start("Your session has ended. Sign in again."));
start();
