import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadSessionVectors, runSessionVectors, type SessionVerdict } from "./run-sessions.js";

const vectors = loadSessionVectors();
const sandpipe = resolve(import.meta.dirname, "../../bin/sandpipe.mjs");
const self = (...fault: string[]) => ({
  command: [process.execPath, sandpipe, "self", "host", ...fault.flatMap((name) => ["--fault", name])],
  timeoutScale: 2,
  jobs: 4,
});

describe("the kit's own host and the session vectors agree", () => {
  const ending = new AbortController();
  const verdicts = new Map<string, SessionVerdict>();
  beforeAll(async () => {
    for (const verdict of await runSessionVectors(self(), vectors, ending.signal))
      verdicts.set(verdict.vector.id, verdict);
  });
  afterAll(() => ending.abort());

  test.each(vectors.map(({ id }) => id))("%s", (id) => {
    expect(verdicts.get(id)?.faults).toEqual([]);
  });
});
