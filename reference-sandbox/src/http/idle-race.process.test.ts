import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { RUNTIMES } from "../testing/runtimes.js";
import { openResult, startSandbox, type SentFrame } from "../testing/start-sandbox.js";

const KEEP_ALIVE_MS = 150;
const ROUNDS = 100;

/** A server that closes idle connections after KEEP_ALIVE_MS; `hint` says so as Node's own does, in whole seconds. */
async function startClosingHost(
  hint: boolean,
): Promise<{ url: string; frames: SentFrame[]; connections(): number }> {
  const frames: SentFrame[] = [];
  let connections = 0;
  const answer = (socket: Socket, frame: SentFrame): void => {
    frames.push(frame);
    const result = frame.method === "session.open" ? openResult() : (frame.params ?? null);
    const body = frame.id === undefined ? "" : JSON.stringify({ jsonrpc: "2.0", id: frame.id, result });
    const keep = hint ? "Keep-Alive: timeout=0\r\n" : "";
    socket.write(
      `HTTP/1.1 ${frame.id === undefined ? 202 : 200} OK\r\n${keep}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  };
  const server = createServer((socket) => {
    connections++;
    let text = "";
    let timer: NodeJS.Timeout | undefined;
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      clearTimeout(timer);
      text += chunk.toString();
      const head = text.indexOf("\r\n\r\n");
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
      if (head < 0 || text.length < head + 4 + length) return;
      const frame = JSON.parse(text.slice(head + 4)) as SentFrame;
      text = "";
      answer(socket, frame);
      timer = setTimeout(() => socket.destroy(), KEEP_ALIVE_MS);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    frames,
    connections: () => connections,
  };
}

describe.each(RUNTIMES)("an idle connection on %s", (runtime) => {
  test(`R39: is not used when its server is about to close it: ${ROUNDS} calls around the server's timeout, none fails, none runs twice`, async () => {
    const script = `import {setTimeout as pause} from "node:timers/promises";
      export default async (ctx) => { for (let n = 0; n < ${ROUNDS}; n++) { await ctx.call("conformance.count", {n}); await pause(${KEEP_ALIVE_MS} - 5 + n % 11); } return "all" }`;
    const all = [true, false].map(async (hint) => {
      const host = await startClosingHost(hint);
      const environment = {
        SANDPIPE_TRANSPORT: "http",
        SANDPIPE_HTTP_URL: host.url,
        SANDPIPE_HTTP_TOKEN: "t",
      };
      const sandbox = startSandbox({ runtime, script, environment });
      return { host, ended: await sandbox.ended };
    });
    for (const { host, ended } of await Promise.all(all)) {
      expect(ended).toEqual({ code: 0, signal: null });
      const counts = host.frames.filter(({ method }) => method === "conformance.count");
      expect(counts.map(({ params }) => params["n"])).toEqual(Array.from({ length: ROUNDS }, (_, n) => n));
      expect(host.frames.at(-1)?.params).toEqual({ ok: true, value: "all" });
    }
  });

  test("is used again within a burst", async () => {
    const host = await startClosingHost(false);
    const sandbox = startSandbox({
      runtime,
      script: `export default async (ctx) => { for (let n = 0; n < 200; n++) await ctx.call("conformance.echo", {n}); }`,
      environment: { SANDPIPE_TRANSPORT: "http", SANDPIPE_HTTP_URL: host.url, SANDPIPE_HTTP_TOKEN: "t" },
    });
    expect(await sandbox.ended).toEqual({ code: 0, signal: null });
    // A machine that is busy elsewhere may let some grow old.
    expect(host.connections()).toBeLessThan(100);
  });
});
