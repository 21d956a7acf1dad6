// Starts mfa-server with its demo's user and clients, and takes the messages that it sends.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { createInterface } from "node:readline";

/** Where `cargo build -p mfa-server` puts it. */
const BUILT = new URL("../../../../target/debug/mfa-server", import.meta.url).pathname;

export const demo = {
  username: "alice@example.com",
  password: "correct horse battery staple",
  clientId: "demo",
  clientSecret: "demo-secret",
};

/** A server of its own, on a free port, with everything in memory. */
export async function startServer({ issuer } = {}) {
  const inbox = await startInbox();
  const args = ["serve", "--demo", "--listen", "127.0.0.1:0", "--log-json"];
  args.push("--webhook", inbox.url, ...(issuer ? ["--issuer", issuer] : []));
  const child = spawn(process.env.MFA_SERVER ?? BUILT, args, {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, RUST_LOG: "info,sqlx=warn" },
  });
  const log = [];
  const url = await new Promise((resolve, reject) => {
    createInterface(child.stderr).on("line", (line) => {
      log.push(line);
      const address = /"message":"listening","address":"([^"]+)"/.exec(line);
      if (address) resolve(`http://${address[1]}`);
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the server ended (${code}): ${log.join("\n")}`)));
  });
  return {
    url,
    log,
    /** The next message that is sent to anybody, in order. */
    message: inbox.message,
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      const [code] = await ended;
      await inbox.stop();
      if (code !== 0) throw new Error(`the server ended with ${code}: ${log.join("\n")}`);
    },
  };
}

/** Who receives what the server posts. */
async function startInbox() {
  const messages = [];
  const waiting = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    const message = JSON.parse(body);
    const next = waiting.shift();
    if (next) next(message);
    else messages.push(message);
    response.writeHead(204).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    message() {
      const message = messages.shift();
      if (message) return Promise.resolve(message);
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error("no message was sent")), 10_000);
        waiting.push((message) => (clearTimeout(late), resolve(message)));
      });
    },
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
