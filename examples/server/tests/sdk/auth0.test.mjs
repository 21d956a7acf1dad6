// Auth0's JavaScript SDK, unchanged, against mfa-server: every call of its `mfa` client.
import { AuthClient, isMfaRequiredError } from "@auth0/auth0-auth-js";
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { code, earlyInStep } from "../node/codes.mjs";
import { newDevice } from "../node/device.mjs";
import { demo, startServer } from "../node/server.mjs";

const DOMAIN = "mfa.example";
const MFA_AUDIENCE = `https://${DOMAIN}/mfa/`;
const MFA_SCOPES = "openid enroll read:authenticators remove:authenticators";
const NUMBER = "+15555559167";

let server, client;
/** The server's last answer, for what the SDK does not pass on. */
let answered;

beforeEach(async () => {
  await earlyInStep();
  server = await startServer({ issuer: `https://${DOMAIN}` });
  client = new AuthClient({
    domain: DOMAIN,
    clientId: demo.clientId,
    clientSecret: demo.clientSecret,
    // The SDK speaks to https://mfa.example; the server listens without TLS, here.
    customFetch: async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      assert.equal(url.origin, `https://${DOMAIN}`);
      const answer = await fetch(server.url + url.pathname + url.search, init);
      answered = answer.clone();
      return answer;
    },
  });
});

afterEach(() => server.stop());

/** Signs in with the password, which is not enough: gives what the SDK's error carries. */
async function mfaRequired(options = { scope: "openid profile email" }) {
  const { username, password } = demo;
  const error = await rejected(client.getTokenByPassword({ username, password, ...options }));
  assert.ok(isMfaRequiredError(error), error);
  return { mfaToken: error.cause.mfa_token, requirements: error.cause.mfa_requirements };
}

async function enrollOtp() {
  const { mfaToken } = await mfaRequired();
  const enrolled = await client.mfa.enrollAuthenticator({ authenticatorTypes: ["otp"], mfaToken });
  await client.mfa.verify({ factorType: "otp", otp: code(enrolled.secret, -1), mfaToken });
  return enrolled;
}

/** A token for the MFA audience, after a second factor. */
async function manager(secret, steps) {
  const { mfaToken } = await mfaRequired({ audience: MFA_AUDIENCE, scope: MFA_SCOPES });
  const tokens = await client.mfa.verify({ factorType: "otp", otp: code(secret, steps), mfaToken });
  return tokens.accessToken;
}

async function rejected(promise) {
  return promise.then(() => assert.fail("this should have been refused"), (error) => error);
}

test("an authenticator app is enrolled, listed, asked, and answers", async () => {
  const { mfaToken, requirements } = await mfaRequired();
  assert.ok(requirements.enroll.some(({ type }) => type === "otp"));
  const enrolled = await client.mfa.enrollAuthenticator({ authenticatorTypes: ["otp"], mfaToken });
  assert.equal(enrolled.authenticatorType, "otp");
  assert.equal(enrolled.recoveryCodes.length, 1);
  const uri = new URL(enrolled.barcodeUri);
  assert.equal(uri.protocol, "otpauth:");
  assert.equal(uri.searchParams.get("secret"), enrolled.secret);

  const first = await client.mfa.verify({ factorType: "otp", otp: code(enrolled.secret, -1), mfaToken });
  assert.equal(first.tokenType.toLowerCase(), "bearer");
  // The SDK checks the id token: issuer, audience, times. Its signature: see openid.test.mjs.
  assert.deepEqual(first.claims.amr, ["pwd", "otp", "mfa"]);
  assert.equal(first.claims.email, demo.username);
  assert.ok(Math.abs(first.expiresAt - Date.now() / 1000 - 86_400) < 60);

  const again = await mfaRequired();
  assert.deepEqual(again.requirements.challenge, [{ type: "otp" }]);
  const listed = await client.mfa.listAuthenticators({ mfaToken: again.mfaToken });
  assert.deepEqual(
    listed.map(({ authenticatorType, active, type }) => [authenticatorType, type, active]),
    [["otp", "otp", true], ["recovery-code", "recovery-code", true]],
  );
  const challenge = await client.mfa.challengeAuthenticator({
    challengeType: "otp",
    authenticatorId: listed[0].id,
    mfaToken: again.mfaToken,
  });
  assert.deepEqual(challenge, { challengeType: "otp" });
  const { data, response } = await client.mfa.verify({
    factorType: "otp",
    otp: code(enrolled.secret),
    mfaToken: again.mfaToken,
    fullResponse: true,
  });
  assert.equal(response.status, 200);
  assert.ok(data.accessToken && data.idToken);
});

test("a number is enrolled by the code sent there, and asked by another", async () => {
  const { mfaToken } = await mfaRequired();
  const enrolled = await client.mfa.enrollAuthenticator({
    authenticatorTypes: ["oob"],
    oobChannels: ["sms"],
    phoneNumber: NUMBER,
    mfaToken,
  });
  assert.equal(enrolled.oobChannel, "sms");
  assert.equal(enrolled.bindingMethod, "prompt");
  const confirming = await server.message();
  assert.deepEqual([confirming.channel, confirming.to], ["sms", NUMBER]);
  const { oobCode } = enrolled;
  const verify = { factorType: "oob", oobCode, bindingCode: confirming.code, mfaToken };
  assert.ok((await client.mfa.verify(verify)).accessToken);

  const again = await mfaRequired();
  assert.deepEqual(again.requirements.challenge, [{ type: "phone" }]);
  const listed = await client.mfa.listAuthenticators({ mfaToken: again.mfaToken });
  const sms = listed.find(({ id }) => id.startsWith("sms|"));
  assert.deepEqual(
    [sms.authenticatorType, sms.oobChannels, sms.name, sms.type, sms.active],
    ["oob", ["sms"], "XXXXXXXX9167", "phone", true],
  );
  for (const channel of ["sms", "voice"]) {
    const { id } = listed.find(({ id }) => id.startsWith(`${channel}|`));
    const { mfaToken } = await mfaRequired();
    const options = { challengeType: "oob", authenticatorId: id, mfaToken };
    const challenge = await client.mfa.challengeAuthenticator(options);
    assert.equal(challenge.bindingMethod, "prompt");
    const message = await sent();
    assert.deepEqual([message.channel, message.to], [channel, NUMBER]);
    const { oobCode } = challenge;
    const answer = { factorType: "oob", oobCode, bindingCode: message.code, mfaToken };
    assert.ok((await client.mfa.verify(answer)).accessToken);
  }
});

/** The next message that holds a code: not a notice. */
async function sent() {
  const message = await server.message();
  return message.channel === "notice" ? sent() : message;
}

test("an address is enrolled: the one given, or the user's own", async () => {
  for (const email of ["a.user@mail.example", undefined]) {
    const { mfaToken } = await mfaRequired();
    const enrolled = await client.mfa.enrollAuthenticator({
      authenticatorTypes: ["oob"],
      oobChannels: ["email"],
      email,
      mfaToken,
    });
    assert.equal(enrolled.oobChannel, "email");
    const message = await sent();
    assert.deepEqual([message.channel, message.to], ["email", email ?? demo.username]);
  }
});

test("a device is enrolled by its barcode, approves, and refuses", async () => {
  const { mfaToken } = await mfaRequired();
  const enrolled = await client.mfa.enrollAuthenticator({
    authenticatorTypes: ["oob"],
    oobChannels: ["auth0"],
    mfaToken,
  });
  // Shown where the user signs in, typed on the device. Auth0 has no such thing.
  const { number } = await answered.json();
  assert.deepEqual([enrolled.oobChannel, enrolled.bindingMethod], ["auth0", undefined]);
  const poll = { factorType: "oob", oobCode: enrolled.oobCode, mfaToken };
  const pending = await rejected(client.mfa.verify(poll));
  assert.equal(pending.cause.error, "authorization_pending");
  const device = newDevice(server.url);
  const { challenge } = await device.enroll(enrolled.barcodeUri);
  await device.approve(challenge, number);
  assert.ok((await client.mfa.verify(poll)).accessToken);

  const again = await mfaRequired();
  assert.ok(again.requirements.challenge.some(({ type }) => type === "push-notification"));
  const options = { challengeType: "oob", mfaToken: again.mfaToken };
  const asked = await client.mfa.challengeAuthenticator(options);
  assert.equal(asked.bindingMethod, undefined);
  const message = await sent();
  assert.equal(message.channel, "push");
  await device.refuse(message.challenge);
  const denied = { factorType: "oob", oobCode: asked.oobCode, mfaToken: again.mfaToken };
  assert.equal((await rejected(client.mfa.verify(denied))).cause.error, "access_denied");
});

test("a recovery code signs in once, and is replaced", async () => {
  const { recoveryCodes: [recoveryCode] } = await enrollOtp();
  const { mfaToken } = await mfaRequired();
  const recover = { factorType: "recovery-code", recoveryCode, mfaToken };
  const recovered = await client.mfa.verify(recover);
  assert.ok(recovered.recoveryCode);
  assert.notEqual(recovered.recoveryCode, recoveryCode);
  const again = await mfaRequired();
  const refused = await rejected(client.mfa.verify({ ...recover, mfaToken: again.mfaToken }));
  assert.deepEqual([refused.cause.error, refused.statusCode], ["invalid_grant", 403]);
  const next = { ...recover, recoveryCode: recovered.recoveryCode, mfaToken: again.mfaToken };
  assert.ok((await client.mfa.verify(next)).accessToken);
});

test("with a token for the MFA audience an authenticator is added, and removed", async () => {
  const { secret } = await enrollOtp();
  const accessToken = await manager(secret, 0);
  const second = await client.mfa.enrollAuthenticator({
    authenticatorTypes: ["otp"],
    mfaToken: accessToken,
  });
  const otp = code(second.secret);
  const confirmed = await client.mfa.verify({ factorType: "otp", otp, mfaToken: accessToken });
  let mfaToken = confirmed.accessToken;
  const before = await client.mfa.listAuthenticators({ mfaToken });
  assert.equal(before.filter(({ id, active }) => id.startsWith("totp|") && active).length, 2);
  await client.mfa.deleteAuthenticator({ authenticatorId: second.id, mfaToken });
  // Whoever else holds a token loses it when something is removed, and so does this one.
  const ended = await rejected(client.mfa.listAuthenticators({ mfaToken }));
  assert.equal(ended.statusCode, 401);
  mfaToken = await manager(secret, 1);
  const after = await client.mfa.listAuthenticators({ mfaToken });
  assert.deepEqual(after, before.filter(({ id }) => id !== second.id));
  const gone = await rejected(client.mfa.deleteAuthenticator({ authenticatorId: second.id, mfaToken }));
  assert.equal(gone.statusCode, 404);
});

test("what is refused comes out as the SDK's own errors", async () => {
  const { username } = demo;
  const password = await rejected(client.getTokenByPassword({ username, password: "wrong" }));
  assert.deepEqual([password.cause.error, isMfaRequiredError(password)], ["invalid_grant", false]);

  const { secret } = await enrollOtp();
  const { mfaToken } = await mfaRequired();
  const wrong = await rejected(client.mfa.verify({ factorType: "otp", otp: "000000", mfaToken }));
  assert.equal(wrong.name, "MfaVerifyError");
  assert.deepEqual([wrong.message, wrong.statusCode], ["Invalid otp_code.", 403]);

  const enroll = await rejected(client.mfa.enrollAuthenticator({ authenticatorTypes: ["otp"], mfaToken }));
  assert.equal(enroll.name, "MfaEnrollmentError");
  assert.deepEqual([enroll.cause.error, enroll.message], ["access_denied", "User is already enrolled."]);

  const list = await rejected(client.mfa.listAuthenticators({ mfaToken: "nonsense" }));
  assert.deepEqual([list.name, list.statusCode], ["MfaListAuthenticatorsError", 401]);

  const challenge = await rejected(client.mfa.challengeAuthenticator({ challengeType: "oob", mfaToken }));
  assert.deepEqual([challenge.name, challenge.cause.error], ["MfaChallengeError", "unsupported_challenge_type"]);

  const authenticatorId = "totp|dev_0000000000000000";
  const remove = await rejected(client.mfa.deleteAuthenticator({ authenticatorId, mfaToken }));
  assert.deepEqual([remove.name, remove.statusCode], ["MfaDeleteAuthenticatorError", 401]);
  assert.ok((await client.mfa.verify({ factorType: "otp", otp: code(secret), mfaToken })).accessToken);
});
