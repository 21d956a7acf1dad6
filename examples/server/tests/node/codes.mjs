// What an authenticator app shows, by otplib.
import { generateSync } from "otplib";

/** The code that a secret gives at a time, in steps before or after now. */
export function code(secret, steps = 0) {
  return generateSync({ secret, epoch: Math.floor(Date.now() / 1000) + 30 * steps });
}

/** Resolves where a step has some seconds left, so that a test does not run over its end. */
export async function earlyInStep(left = 15) {
  const rest = 30 - (Date.now() / 1000) % 30;
  if (rest < left) await new Promise((resolve) => setTimeout(resolve, rest * 1000 + 100));
}
