import { resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { loadHttpVectors, runHttpVectors, type HttpVerdict } from "./run-http.js";

const vectors = loadHttpVectors();
const root = resolve(import.meta.dirname, "../../..");
/** By its command line, as any host: the kit's own speaks stdio only. */
const host = {
  command: [process.execPath, resolve(root, "reference-host/bin/sandpipe-host.mjs"), "adapter"],
  timeoutScale: 3,
  jobs: 1,
};

describe("a host that serves HTTP and the HTTP vectors agree", () => {
  const verdicts = new Map<string, HttpVerdict>();
  beforeAll(async () => {
    for (const verdict of await runHttpVectors(host, vectors)) verdicts.set(verdict.vector.id, verdict);
  });

  test.each(vectors.map(({ id }) => id))("%s", (id) => {
    expect(verdicts.get(id)?.faults).toEqual([]);
  });
});

test("an answer that isn't the expected one is told, exchange by exchange", async () => {
  const wrong = vectors
    .filter(({ id }) => ["http:echo", "http:route-range", "http:preflight"].includes(id))
    .map((vector) => ({
      ...vector,
      exchanges: vector.exchanges.map(({ request, response }) => ({
        request,
        response: {
          ...response,
          status: 299,
          body: { a: 1 },
          absent: ["content-length", "transfer-encoding"],
        },
      })),
    }));
  const verdicts = await runHttpVectors(host, wrong);
  expect(verdicts).toHaveLength(3);
  for (const { vector, faults = [] } of verdicts) {
    expect(faults.filter((fault) => fault.includes("status: expected 299"))).toHaveLength(
      vector.exchanges.length,
    );
    expect(faults.filter((fault) => fault.includes("must not be there")).length).toBeGreaterThan(0);
  }
});

test("a host without HTTP isn't judged", async () => {
  const adapter = resolve(root, "conformance/templates/node/adapter.mjs");
  const verdicts = await runHttpVectors({ ...host, command: [process.execPath, adapter] }, vectors);
  expect(verdicts.every(({ faults }) => faults === undefined)).toBe(true);
});
