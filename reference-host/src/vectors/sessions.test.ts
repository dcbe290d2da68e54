import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Fixture } from "@sandpipe/spec/control";
import type { Limits, RunReport } from "@sandpipe/spec/v1";
import { afterAll, describe, expect, test } from "vitest";
import { conformanceMethods } from "../adapter/conformance-methods.js";
import { createContractMethods } from "../methods/contract.js";
import { createHostCore } from "../run/host.js";
import { openStore } from "../store/index.js";
import { bytesOf, loadVectors } from "./load-vectors.js";
import type { Part } from "./load-vectors.js";
import { hasMembers, matches } from "./matches.js";

interface Expected {
  readonly id: string | number | null;
  readonly result?: unknown;
  readonly error?: string | { readonly $text: true } | { readonly code: number; readonly data?: object };
}
type Step =
  | { readonly write: readonly (Part | { readonly frame: unknown })[] }
  | { readonly expect: readonly Expected[] }
  | { readonly exit: number }
  | { readonly signal: string };
interface Vector {
  readonly id: string;
  readonly subject: string;
  readonly given: {
    readonly session: { readonly projectId: string; readonly conversationId?: string };
    readonly methods: readonly string[];
    readonly limits?: Partial<Limits>;
    readonly fixture?: Fixture;
  };
  readonly steps: readonly Step[];
  readonly report: Partial<
    Record<"outcome" | "exit" | "result" | "error" | "skippedBytes" | "violations", unknown>
  > & {
    readonly output?: readonly Part[];
    readonly stderr?: readonly Part[];
  };
}

const PLAYER = resolve(import.meta.dirname, "../../fixtures/play-vector.mjs");
const folder = mkdtempSync(join(tmpdir(), "sandpipe-vectors-"));
afterAll(() => rmSync(folder, { recursive: true }));

const frameBytes = (frame: unknown): Buffer => Buffer.from(`\u001e${JSON.stringify(frame)}\n`);

async function play({ id, given, steps }: Vector, version: 0 | 1) {
  const plan = steps.map((step) => {
    if ("expect" in step) return { expect: step.expect.map((one) => one.id) };
    if (!("write" in step)) return step;
    const parts = step.write.map((part) => ("frame" in part ? frameBytes(part.frame) : bytesOf([part])));
    return { write: Buffer.concat(parts).toString("base64") };
  });
  const file = join(folder, `${version}-${id.replaceAll(/\W/g, "-")}.json`);
  writeFileSync(file, JSON.stringify(plan));
  const store = openStore(":memory:");
  const responses: Record<string, unknown>[] = [];
  try {
    if (given.fixture) await store.importFixture(given.fixture);
    const methods = [conformanceMethods, createContractMethods(store)];
    const report = await createHostCore({ methods, protocols: [version] }).run({
      command: [process.execPath, PLAYER, file],
      session: given.session,
      methods: given.methods,
      limits: { graceMs: 1_000, runTimeoutMs: 60_000, ...given.limits },
      observer: {
        frame(direction, json) {
          const frame = JSON.parse(direction === "to-sandbox" ? json : "{}") as Record<string, unknown>;
          if (direction === "to-sandbox" && frame["method"] === undefined) responses.push(frame);
        },
      },
    }).report;
    return { report, responses };
  } finally {
    await store.close();
  }
}

function isResponse({ id, result, error }: Expected, response: Record<string, unknown>): boolean {
  if (response["id"] !== id) return false;
  if (error === undefined) return !Object.hasOwn(response, "error") && matches(result, response["result"]);
  // Version 0: a text.
  if (typeof error === "string" || "$text" in error) return matches(error, response["error"]);
  const { data, ...members } = error;
  const actual = response["error"] as Record<string, unknown> | undefined;
  if (!hasMembers(members, actual)) return false;
  if (data === undefined) return true;
  return error.code >= 2_000 ? matches(data, actual?.["data"]) : hasMembers(data, actual?.["data"]);
}

function judge(vector: Vector, responses: Record<string, unknown>[], report: RunReport): void {
  const left = [...responses];
  for (const wanted of vector.steps.flatMap((step) => ("expect" in step ? step.expect : []))) {
    const at = left.findIndex((response) => isResponse(wanted, response));
    if (at < 0) expect(responses).toContainEqual(wanted);
    left.splice(at, 1);
  }
  expect(left, "responses that nobody expected").toEqual([]);
  const { output, stderr, violations, exit, error, ...members } = vector.report;
  for (const [name, wanted] of Object.entries(members)) {
    const actual = report[name as keyof RunReport];
    if (!matches(wanted, actual)) expect({ [name]: actual }).toEqual({ [name]: wanted });
  }
  if (exit !== undefined) expect(report.exit).toMatchObject(exit as object);
  if (error !== undefined) expect(hasMembers(error as object, report.error)).toBe(true);
  if (violations !== undefined) expect(report.violationCount).toBe(violations);
  for (const [base64, wanted] of [
    [report.output, output],
    [report.stderr, stderr],
  ] as const)
    if (wanted)
      expect(Buffer.from(base64, "base64").toString("latin1")).toBe(bytesOf(wanted).toString("latin1"));
}

describe.each([0, 1] as const)("every session vector of v%i, by a real process", (version) => {
  const vectors = loadVectors<Vector>(version, "sessions");
  const own = vectors.filter(({ subject }) => subject === "host");

  test.each(own.map((vector) => [vector.id, vector] as const))("%s", async (_, vector) => {
    const { report, responses } = await play(vector, version);
    judge(vector, responses, report);
  });

  test("none is left out but those of a sandbox", () => {
    const others = vectors.filter(({ subject }) => subject === "sandbox");
    expect(own.length).toBeGreaterThan(0);
    expect(own.length + others.length).toBe(vectors.length);
  });
});
