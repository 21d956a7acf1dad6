// The server's calls, as the page makes them. Tokens live in variables alone: nothing is kept
// in the browser, and no cookie exists that another site could make use of.

/** The page's client: the operator switches the page on by adding it. */
const CLIENT = "page";
const GRANT = "http://auth0.com/oauth/grant-type/";
const SCOPE = "enroll read:authenticators remove:authenticators";

/** The server said no. */
export class Refused extends Error {
  constructor(status, { error, error_description, ...more }, retryAfter) {
    super(error_description);
    Object.assign(this, { status, error, more, retryAfter });
  }
}

/** There was no answer. */
export class Unreachable extends Error {}

async function call(method, path, { bearer, json, form } = {}) {
  const headers = {};
  if (bearer) headers.Authorization = `Bearer ${bearer}`;
  if (json) headers["Content-Type"] = "application/json";
  const answer = await fetch(path, {
    method,
    headers,
    body: json ? JSON.stringify(json) : form && new URLSearchParams(form),
    credentials: "omit",
    cache: "no-store",
  }).catch(() => {
    throw new Unreachable();
  });
  if (answer.ok) return answer;
  const body = await answer.json().catch(() => ({ error: "server_error" }));
  throw new Refused(answer.status, body, Number(answer.headers.get("Retry-After")));
}

let issuer;

async function token(fields) {
  const form = { client_id: CLIENT, ...fields };
  return (await call("POST", "oauth/token", { form })).json();
}

/** Tokens, or `Refused` as `mfa_required`. */
export async function signIn(username, password) {
  issuer ??= (await (await call("GET", ".well-known/openid-configuration")).json()).issuer;
  const audience = `${issuer}mfa/`;
  return token({ grant_type: "password", username, password, audience, scope: SCOPE });
}

export const answerOtp = (mfa_token, otp) =>
  token({ grant_type: `${GRANT}mfa-otp`, mfa_token, otp });

export const answerOob = (mfa_token, oob_code, binding_code) =>
  token({ grant_type: `${GRANT}mfa-oob`, mfa_token, oob_code, ...(binding_code && { binding_code }) });

export const answerRecovery = (mfa_token, recovery_code) =>
  token({ grant_type: `${GRANT}mfa-recovery-code`, mfa_token, recovery_code });

/** Has a code sent, or a device asked. */
export async function challenge(mfa_token, authenticator_id) {
  const json = { client_id: CLIENT, mfa_token, authenticator_id, challenge_type: "oob" };
  return (await call("POST", "mfa/challenge", { json })).json();
}

/** The authenticators that count. */
export async function list(bearer) {
  const all = await (await call("GET", "mfa/authenticators", { bearer })).json();
  return all.filter((one) => one.active);
}

export async function associate(bearer, json) {
  return (await call("POST", "mfa/associate", { bearer, json })).json();
}

export async function remove(bearer, id) {
  await call("DELETE", `mfa/authenticators/${encodeURIComponent(id)}`, { bearer });
}

/** A QR code as the address of an image. */
export async function qr(bearer, text) {
  const svg = await (await call("POST", "qr", { bearer, json: { text } })).text();
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
