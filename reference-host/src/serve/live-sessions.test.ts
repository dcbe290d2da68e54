import { existsSync } from "node:fs";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import type { RunReport } from "@sandpipe/spec/v1";
import { DEFAULT_LIMITS } from "@sandpipe/spec/v1";
import { conformanceMethods } from "../adapter/conformance-methods.js";
import { createMemoryRegistry } from "../http/memory-registry.js";
import { hashToken } from "../http/token.js";
import { createMetrics } from "../observation/metrics.js";
import { settled } from "../session/hand-held-session.js";
import { createLiveSessions } from "./live-sessions.js";

const IDLE_MS = 600_000;

/** Instances over one registry, with a clock that the test holds. */
function hold(instances = 1) {
  let now = 1_000_000;
  let timers: { at: number; callback: () => void }[] = [];
  const registry = createMemoryRegistry();
  const ended: RunReport[] = [];
  const make = () =>
    createLiveSessions({
      registry,
      methods: [conformanceMethods],
      limits: { ...DEFAULT_LIMITS, graceMs: 2_000 },
      protocols: [1],
      idleMs: IDLE_MS,
      metrics: createMetrics(),
      now: () => now,
      clock: {
        now: () => now,
        after(ms, callback) {
          const timer = { at: now + ms, callback };
          timers.push(timer);
          return () => void (timers = timers.filter((other) => other !== timer));
        },
      },
      ended: (_, report) => void ended.push(report),
    });
  const all = Array.from({ length: instances }, make);
  return {
    registry,
    ended,
    all,
    sessions: all[0] as ReturnType<typeof make>,
    async advance(ms: number) {
      now += ms;
      for (const timer of timers.filter(({ at }) => at <= now)) {
        timers = timers.filter((other) => other !== timer);
        timer.callback();
      }
      await settled();
      await settled();
    },
  };
}

type Live = ReturnType<typeof hold>["sessions"];

/** Sends one frame to an instance and gives what came back; undefined where the token is void. */
async function post(
  sessions: Live,
  token: string,
  frame: object,
): Promise<Record<string, unknown> | undefined> {
  const door = await sessions.find(token);
  if (!door) return undefined;
  const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...frame }));
  // A response that leads nowhere: what would be written is what is looked at.
  const req = new IncomingMessage(new Socket());
  const res = new ServerResponse(req);
  return await new Promise((resolve) => {
    res.end = (json?: unknown) => {
      resolve(typeof json === "string" ? (JSON.parse(json) as Record<string, unknown>) : {});
      return res;
    };
    door.receive(body, { req, res, gone: false, settled: (callback) => setImmediate(callback) });
  });
}

const OPEN = {
  id: "o",
  method: "session.open",
  params: { protocol: 1, runtime: { name: "t", version: "0" }, features: [] },
};
const RESULT = { id: "r", method: "session.result", params: { ok: true, value: 7 } };
const ECHO = { id: "e", method: "conformance.echo", params: { a: 1 } };

describe("a session without a process", () => {
  test("ends graceMs after its result, prints in between included; its token is void and its folder gone", async () => {
    const { sessions, advance, ended } = hold();
    const { token } = await sessions.issue({ projectId: "p1" });
    const opened = await post(sessions, token, OPEN);
    const { path } = (opened as { result: { scratch: { path: string } } }).result.scratch;
    expect(existsSync(path)).toBe(true);
    await post(sessions, token, RESULT);
    await advance(1_999);
    await post(sessions, token, { method: "session.output", params: { stream: "stdout", text: "late" } });
    expect(ended).toEqual([]);
    await advance(1);
    expect(ended).toMatchObject([{ outcome: "ok", result: 7, phase: "result", transport: "http", exit: {} }]);
    expect(Buffer.from(ended[0]?.output ?? "", "base64").toString()).toBe("late");
    expect(await post(sessions, token, ECHO)).toBeUndefined();
    expect(existsSync(path)).toBe(false);
  });

  test("ends idleMs after its last request, whether it was opened or not", async () => {
    const { sessions, advance, ended } = hold();
    const unused = await sessions.issue({ projectId: "p1" });
    const used = await sessions.issue({ projectId: "p1" });
    await post(sessions, used.token, OPEN);
    await advance(IDLE_MS - 1);
    await post(sessions, used.token, ECHO);
    await advance(1);
    expect(ended).toMatchObject([{ outcome: "failed", error: { name: "no_result" }, phase: "open" }]);
    expect(await post(sessions, unused.token, OPEN)).toBeUndefined();
    expect(await post(sessions, used.token, ECHO)).toMatchObject({ result: { a: 1 } });
    await advance(IDLE_MS);
    await advance(IDLE_MS);
    expect(ended).toMatchObject([{}, { outcome: "failed", phase: "running", calls: 2 }]);
    expect(await post(sessions, used.token, ECHO)).toBeUndefined();
  });

  test("answers `cancelled` to what is in flight when it is ended", async () => {
    const { sessions } = hold();
    const { token, session } = await sessions.issue({ projectId: "p1" });
    await post(sessions, token, OPEN);
    const slow = post(sessions, token, { id: "s", method: "conformance.delay", params: { ms: 25_000 } });
    await settled();
    expect(await sessions.end(session.id, "enough")).toBe(true);
    expect(await slow).toMatchObject({ id: "s", error: { code: 1007 } });
    expect(await sessions.end(session.id, "again")).toBe(false);
  });

  test("tokens are 256 random bits, no two alike, and filed as hashes only", async () => {
    const { sessions, registry } = hold();
    const tokens = new Set<string>();
    for (let at = 0; at < 50; at++) tokens.add((await sessions.issue({ projectId: "p1" })).token);
    expect(tokens.size).toBe(50);
    for (const token of tokens) {
      expect(Buffer.from(token, "base64url")).toHaveLength(32);
      expect(await registry.find(token, 0, IDLE_MS)).toBeUndefined();
      expect(await registry.find(hashToken(token), 0, IDLE_MS)).toBeDefined();
    }
    await sessions.close("done");
  });
});

describe("several instances over one registry", () => {
  test("go on where another left off: one open, one result, one end", async () => {
    const { all, advance, ended } = hold(2);
    const [one, two] = all as [Live, Live];
    const { token } = await one.issue({ projectId: "p1" });
    expect(await post(two, token, ECHO)).toMatchObject({ error: { code: 1001 } });
    expect(await post(one, token, OPEN)).toMatchObject({ result: { protocol: 1 } });
    expect(await post(two, token, ECHO)).toMatchObject({ result: { a: 1 } });
    expect(await post(two, token, OPEN)).toMatchObject({ error: { code: -32600 } });
    expect(await post(two, token, RESULT)).toMatchObject({ result: {} });
    expect(await post(one, token, { ...RESULT, id: "r2" })).toMatchObject({ error: { code: -32600 } });
    expect(await post(one, token, ECHO)).toMatchObject({ error: { code: 1001 } });
    await advance(2_000);
    expect(ended.map(({ outcome }) => outcome).sort()).toEqual(["failed", "ok"]);
    for (const instance of all) expect(await post(instance, token, ECHO)).toBeUndefined();
  });

  test("one that closes takes no session with it", async () => {
    const { all } = hold(2);
    const [one, two] = all as [Live, Live];
    const { token } = await one.issue({ projectId: "p1" });
    await post(one, token, OPEN);
    await one.close("it is stopping");
    expect(await post(one, token, ECHO)).toBeUndefined();
    expect(await post(two, token, ECHO)).toMatchObject({ result: { a: 1 } });
    await two.close("done");
  });

  test("a session that is busy on one doesn't end by the idleness of another", async () => {
    const { all, advance } = hold(2);
    const [one, two] = all as [Live, Live];
    const { token } = await one.issue({ projectId: "p1" });
    await post(one, token, OPEN);
    for (let at = 0; at < 5; at++) {
      await advance(IDLE_MS / 2);
      expect(await post(two, token, ECHO)).toMatchObject({ result: { a: 1 } });
    }
    await Promise.all(all.map((instance) => instance.close("done")));
  });
});
