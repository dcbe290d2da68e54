import { createHash } from "node:crypto";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { afterEach, expect, it } from "vitest";
import { createContractMethods } from "../methods/contract.js";
import { forEachStore } from "../methods/for-each-store.js";
import { seededBytes } from "../store/seeded-property.js";
import { serveSessions } from "./serve-sessions.js";
import type { Backend } from "./serve-sessions.js";

const backends: Backend[] = [];
afterEach(async () => {
  for (const backend of backends.splice(0)) await backend.close();
});

/** Where a connection is cut: with half of the request sent, or all of it and no answer read. */
type Cut = "half" | "whole";

/** A client of one session over one kept connection. */
function createClient(url: string, token: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const { hostname, port } = new URL(url);
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  let last = 0;
  const begin = (method: string, params: object) => {
    last += 1;
    const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", id: last, method, params }));
    const options = { agent, hostname, port, method: "POST", path: "/api/mcp/rpc" };
    const sent = request({ ...options, headers: { ...headers, "content-length": body.byteLength } });
    return { sent, body };
  };
  return {
    async call<R>(method: string, params: object): Promise<R> {
      const { sent, body } = begin(method, params);
      sent.end(body);
      const [response] = (await once(sent, "response")) as [AsyncIterable<Buffer>];
      const parts: Buffer[] = [];
      for await (const part of response) parts.push(part);
      const answer = JSON.parse(Buffer.concat(parts).toString()) as { result?: R; error?: unknown };
      if (answer.result === undefined) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
      return answer.result;
    },
    async cut(method: string, params: object, where: Cut): Promise<void> {
      const { sent, body } = begin(method, params);
      sent.on("error", () => undefined);
      const gone = new Promise<void>((closed) => sent.once("close", () => closed()));
      await new Promise<void>((written) => {
        if (where === "whole") sent.end(body, () => written());
        else sent.write(body.subarray(0, body.byteLength / 2), () => written());
      });
      sent.destroy();
      await gone;
    },
    close: () => agent.destroy(),
  };
}

forEachStore((openStore) => {
  it("64 MB arrive by an upload in parts whose connection is cut, byte for byte", async () => {
    const store = await openStore();
    const backend = await serveSessions({
      methods: [createContractMethods(store)],
      scopeOf: async () => Promise.resolve({ projectId: "p1" }),
    });
    backends.push(backend);
    const { token } = await backend.issue({ projectId: "p1" });
    const client = createClient(backend.url, token);
    await client.call("session.open", { protocol: 1, runtime: { name: "t", version: "0" }, features: [] });
    const bytes = seededBytes(67_108_864, 11);
    const { uploadId } = await client.call<{ uploadId: string }>("files.create", { name: "big.bin" });
    const cuts = new Map<number, Cut>([
      [21_000_000, "half"],
      [42_000_000, "whole"],
    ]);
    for (let offset = 0; offset < bytes.byteLength;) {
      const content = bytes.subarray(offset, offset + 700_000).toString("base64");
      const params = { uploadId, offset, content, encoding: "base64" };
      const cut = cuts.get(offset);
      // Whether it was taken isn't known: the exact repeat is right in both cases.
      if (cut !== undefined) await client.cut("files.append", params, cut);
      cuts.delete(offset);
      ({ offset } = await client.call<{ offset: number }>("files.append", params));
    }
    expect(cuts.size).toBe(0);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const info = await client.call<{ id: string }>("files.commit", { uploadId, sha256 });
    expect(info).toMatchObject({ size: bytes.byteLength, sha256 });
    const response = await fetch(`${backend.url}/api/mcp/files/${info.id}/content`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
    client.close();
  }, 300_000);
});
