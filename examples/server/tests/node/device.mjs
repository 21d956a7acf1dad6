// A phone that is asked by push: the two calls that a device makes, signed by its key.
import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";

export function newDevice(serverUrl) {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const call = async (path, body) => {
    const text = JSON.stringify(body);
    const signature = sign(null, Buffer.from(`${path}\n${text}`), privateKey).toString("base64url");
    const headers = { "content-type": "application/json", signature };
    const answer = await fetch(serverUrl + path, { method: "POST", headers, body: text });
    assert.equal(answer.status, 200, await answer.clone().text());
    return answer.json();
  };
  return {
    /** Scans a QR code: gives the first question, to be answered. */
    enroll(barcodeUri) {
      const enrollment_tx_id = new URL(barcodeUri).searchParams.get("enrollment_tx_id");
      const device_key = publicKey.export({ format: "jwk" });
      return call("/push/enroll", { enrollment_tx_id, device_key });
    },
    approve: (challenge, number) => call("/push/answer", { challenge, approve: true, number }),
    refuse: (challenge) => call("/push/answer", { challenge, approve: false }),
  };
}
