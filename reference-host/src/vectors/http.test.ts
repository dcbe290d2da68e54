import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fixture } from "@sandpipe/spec/control";
import type { Limits } from "@sandpipe/spec/v1";
import { describe, expect, onTestFinished, test } from "vitest";
import { conformanceMethods } from "../adapter/conformance-methods.js";
import { openEntrance } from "../http/entrance.js";
import { createContractMethods } from "../methods/contract.js";
import { resolveLimits } from "../run/limits.js";
import { gatherFacts } from "../run/session-facts.js";
import { systemClock } from "../session/clock.js";
import { createSession } from "../session/session.js";
import { openStore } from "../store/index.js";
import { bytesOf, loadVectors } from "./load-vectors.js";
import type { Part } from "./load-vectors.js";
import { matches } from "./matches.js";

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: readonly Part[];
  readonly chunked?: true;
}
interface Vector {
  readonly id: string;
  readonly given: {
    readonly session: { readonly projectId: string; readonly conversationId?: string };
    readonly methods: readonly string[];
    readonly limits?: Partial<Limits>;
    readonly fixture?: Fixture;
  };
  readonly exchanges: readonly {
    readonly request: Asked;
    readonly response: {
      readonly status: number;
      readonly body?: unknown;
      readonly bytes?: readonly Part[];
      readonly headers?: Readonly<Record<string, string>>;
      readonly absent?: readonly string[];
    };
  }[];
}

/** A session of this host behind a server of its own. */
async function open({ session, methods, limits, fixture }: Vector["given"]) {
  const store = openStore(":memory:");
  if (fixture) await store.importFixture(fixture);
  const scratch = mkdtempSync(join(tmpdir(), "sandpipe-vectors-"));
  const { facts, dispose } = gatherFacts({
    methods: [conformanceMethods, createContractMethods(store)],
    session: { id: "s1", ...session },
    whitelist: methods,
    limits: resolveLimits(limits),
    scratch,
  });
  const machine = createSession({ facts, clock: systemClock, observer: {} });
  const entrance = await openEntrance({ kind: "tcp" });
  entrance.admit(facts, machine, {});
  onTestFinished(async () => {
    machine.end();
    await entrance.close();
    await dispose();
    await store.close();
    rmSync(scratch, { recursive: true });
  });
  return { port: new URL(entrance.url).port, token: entrance.token, end: () => machine.end() };
}

function exchange(port: string, { method, path, headers, body, chunked }: Asked) {
  const bytes = body && bytesOf(body);
  const length = bytes && !chunked ? { "Content-Length": String(bytes.length) } : {};
  const options = { host: "127.0.0.1", port, method, path, setHost: false, agent: false as const };
  return new Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }>((resolve, reject) => {
    const asked = request({ ...options, headers: { ...headers, ...length } }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      );
    });
    asked.on("error", reject);
    asked.end(bytes);
  });
}

const vectors = loadVectors<Vector>(1, "http");

test("all HTTP vectors are a host's: each has exchanges that a server answers", () => {
  expect(vectors.length).toBeGreaterThan(0);
  expect(vectors.filter(({ exchanges }) => exchanges.length === 0)).toEqual([]);
});

describe("every HTTP vector of v1, against this host's own server", () => {
  test.each(vectors.map((vector) => [vector.id, vector] as const))("%s", async (_, { given, exchanges }) => {
    const { port, token } = await open(given);
    const other = await open({ session: { projectId: "p1" }, methods: [] });
    other.end();
    for (const { request: asked, response } of exchanges) {
      const filled = JSON.stringify(asked)
        .replaceAll("{PORT}", port)
        .replaceAll("{TOKEN}", token)
        .replaceAll("{OTHER_TOKEN}", other.token);
      const answer = await exchange(port, JSON.parse(filled) as Asked);
      const text = answer.body.toString();
      expect([answer.status, text]).toEqual([response.status, text]);
      if ("body" in response && !matches(response.body, JSON.parse(text)))
        expect(JSON.parse(text)).toEqual(response.body);
      if (response.bytes) expect(text).toBe(bytesOf(response.bytes).toString());
      for (const [name, value] of Object.entries(response.headers ?? {}))
        expect(answer.headers[name.toLowerCase()]).toBe(value);
      for (const name of response.absent ?? []) expect(answer.headers[name.toLowerCase()]).toBeUndefined();
    }
  });
});
