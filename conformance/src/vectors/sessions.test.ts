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

/** Faults of the kit's own host, each with a vector that must find it. */
const FOUND = {
  "ids-as-text": "host:ids",
  "serial-handling": "host:slow-and-fast",
  "refused-with-null-id": "host:bad-envelopes",
  "duplicate-answered-by-id": "host:duplicate",
  "session-ids-apart": "host:duplicate-result",
  "whitelist-ignores-case": "host:whitelist",
  "prints-executed": "host:printed-request",
  "partial-line-lost": "host:prints",
  "violation-vanishes": "host:violations",
  "frame-limit-plus-one": "host:too-large",
  "cancel-by-text": "host:cancel-other-type",
  "last-result-wins": "host:result-second",
  "missing-result-ok": "host:result-missing",
  "list-unfiltered": "host:files-list",
  "characters-cut": "host:files-read-characters",
};

test.each(Object.entries(FOUND))("a host with the fault %s is found by %s", async (fault, id) => {
  const own = vectors.filter((vector) => vector.id === id);
  const [verdict] = await runSessionVectors(self(fault), own, new AbortController().signal);
  expect(verdict?.faults?.length).toBeGreaterThan(0);
});
