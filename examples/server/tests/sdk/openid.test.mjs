// openid-client finds everything out from the issuer alone, and checks the id token's signature.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as openid from "openid-client";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { code, earlyInStep } from "../node/codes.mjs";
import { demo, startServer } from "../node/server.mjs";

const GRANT = "http://auth0.com/oauth/grant-type";
let server, config;

before(async () => {
  await earlyInStep();
  server = await startServer();
  const { clientId, clientSecret } = demo;
  // The demo's issuer is plain HTTP on the loopback interface.
  const options = { execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks] };
  config = await openid.discovery(new URL(server.url), clientId, clientSecret, undefined, options);
});

after(() => server.stop());

test("a second factor gives an id token whose signature holds, and a way to the user's claims", async () => {
  const { username, password } = demo;
  const scope = "openid profile email";
  const required = await openid
    .genericGrantRequest(config, "password", { username, password, scope })
    .then(() => assert.fail("a password was enough"), (error) => error);
  assert.equal(required.cause.error, "mfa_required");
  const mfa_token = required.cause.mfa_token;
  const associated = await fetch(`${server.url}/mfa/associate`, {
    method: "POST",
    headers: { authorization: `Bearer ${mfa_token}`, "content-type": "application/json" },
    body: JSON.stringify({ authenticator_types: ["otp"] }),
  });
  const { secret } = await associated.json();
  const otp = code(secret);
  const tokens = await openid.genericGrantRequest(config, `${GRANT}/mfa-otp`, { mfa_token, otp });
  const claims = tokens.claims();
  assert.equal(claims.iss, `${server.url}/`);
  assert.equal(claims.email, username);

  const { jwks_uri } = config.serverMetadata();
  const keys = createRemoteJWKSet(new URL(jwks_uri));
  const issuer = config.serverMetadata().issuer;
  const verified = await jwtVerify(tokens.id_token, keys, { issuer, audience: demo.clientId });
  assert.equal(verified.payload.sub, claims.sub);
  // The access token is a JWT as well, but not for the client.
  await assert.rejects(jwtVerify(tokens.access_token, keys, { issuer, audience: demo.clientId }));

  const user = await openid.fetchUserInfo(config, tokens.access_token, claims.sub);
  assert.deepEqual([user.sub, user.email], [claims.sub, username]);
});
