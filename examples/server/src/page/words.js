// What the page calls things, and how it says that something went wrong.
import { Refused, Unreachable } from "./api.js";

/** What to say of a code that was sent, and is refused. */
export const WRONG_SENT = {
  invalid_grant: "This code is wrong or too old. Check it, or have another one sent.",
  invalid_request: "This code is too old. Have another one sent.",
};

/** What a factor is, from its authenticators: twins, such as text and call, are one factor. */
export function factors(authenticators) {
  const byDevice = Map.groupBy(authenticators, ({ id }) => id.split("|")[1]);
  let apps = 0;
  return [...byDevice.values()].map((twins) => {
    const [first] = twins;
    const isRecovery = first.authenticator_type === "recovery-code";
    const app = first.type === "otp" && (apps += 1) > 1 ? ` ${apps}` : "";
    return { id: first.id, isRecovery, twins, ...describe(first, twins.length > 1, app) };
  });
}

function describe({ type, name }, hasTwin, which) {
  switch (type) {
    case "recovery-code":
      return { name: "Recovery code", detail: "Signs you in once if all else is lost" };
    case "phone":
      return { name: `Phone number ending in ${ending(name)}`, detail: "Codes by text message or call" };
    case "email":
      return { name: `E-mail address ${name}`, detail: "Codes by e-mail" };
    case "push-notification":
      return { name: "Device", detail: hasTwin ? "Asks you, and shows codes" : "Asks you" };
    default:
      return { name: `Authenticator app${which}`, detail: "Codes that change every half minute" };
  }
}

/** What can be done to sign in with an authenticator. */
export function way({ type, oob_channel, name }) {
  switch (type) {
    case "recovery-code":
      return "Use your recovery code";
    case "phone":
      return `${oob_channel === "voice" ? "Call" : "Text"} ${destination({ type, name })}`;
    case "email":
      return `Send an e-mail to ${destination({ type, name })}`;
    case "push-notification":
      return "Ask your device";
    default:
      return "Use your authenticator app";
  }
}

/** Where a code goes. */
export const destination = ({ type, name }) =>
  type === "phone" ? `the number ending in ${ending(name)}` : name;

/** Of a number of which all but some digits are hidden. */
const ending = (name) => name.replace(/^X+/, "");

/** What to tell of an error. `own` are a view's own words for some of them. */
export function explain(error, own = {}) {
  if (error instanceof Unreachable) {
    return "The server cannot be reached. Check your connection, and try again.";
  }
  if (!(error instanceof Refused)) {
    console.error(error);
    return "Something went wrong in this page. Reload it, and sign in again.";
  }
  if (error.error in own) return own[error.error];
  switch (error.error) {
    case "too_many_attempts":
      return `Too many tries. Wait ${duration(error.retryAfter)}, and try again.`;
    case "temporarily_unavailable":
      return "The server is busy. Try again in a moment; if it is a code, with the next one.";
    case "invalid_client":
      return "This page is switched off here. The operator can add a public client named “page”.";
    case "server_error":
      return "Something went wrong on the server. Try again later.";
    default:
      return `That did not work: ${error.message}`;
  }
}

function duration(seconds) {
  if (seconds < 60) return "a minute";
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}
