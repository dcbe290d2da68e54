import { describe, expect, test } from "vitest";
import { createContractMethods } from "../methods/contract.js";
import { holdSession } from "../session/hand-held-session.js";
import { openStore } from "../store/index.js";
import { readLine } from "../v0/read-line.js";
import { loadVectors, readersOf, textOf } from "./load-vectors.js";
import type { FrameVector } from "./load-vectors.js";

const ENVELOPE_CODES: readonly unknown[] = [-32700, -32600];

const store = openStore(":memory:");
const { methods } = createContractMethods(store)({ id: "s1", projectId: "p1" }, import.meta.dirname);

/** `FilesListParams` belongs to `files.list`. */
function methodOf(type: string): string {
  const match = /^([A-Z][a-z]+)([A-Z][a-z]+)Params$/.exec(type);
  if (match === null) throw new Error(`the host reads ${type}, and this test doesn't know how`);
  return `${match[1]}.${match[2]}`.toLowerCase();
}

const isObject = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What a session answers to one record, and how many violations it counts. */
function put(record: string, open = true): { codes: unknown[]; answers: number; violations: number } {
  const { write, answers, session } = holdSession({ open });
  write(`\u001e${record}\n`);
  const codes = answers.map(({ error }) => (error as { code?: unknown } | undefined)?.code);
  return { codes, answers: answers.length, violations: session.account.violationCount };
}

/** A whole frame: refused exactly as the vector says. */
function judgeFrame(vector: FrameVector): void {
  const { codes, answers, violations } = put(textOf(vector));
  const { error, violation } = vector.refused ?? {};
  if (error) expect(codes).toEqual([(error as { code: number }).code]);
  else if (violation) expect({ answers, counted: violations > 0 }).toEqual({ answers: 0, counted: true });
  else expect(codes.filter((code) => ENVELOPE_CODES.includes(code))).toEqual([]);
  // A request has its one response, and a notification none.
  if (vector.refused?.local === "ignored" || vector.valid)
    expect(answers).toBe(vector.type === "Request" ? 1 : 0);
}

/** Params: of the method or notification that their type names. */
function judgeParams(vector: FrameVector): void {
  const { type, valid, value, refused } = vector;
  const name = methodOf(type);
  const found = methods.find((method) => method.name === name);
  if (found) return expect(found.validate(value)).toBe(valid);
  const isNotification = refused?.violation === true || notifications.has(type);
  const frame = { jsonrpc: "2.0", ...(!isNotification && { id: "v" }), method: name, params: value };
  const { codes, violations } = put(JSON.stringify(frame), name !== "session.open");
  if (isNotification) return expect(violations).toBe(valid ? 0 : 1);
  // Params that are no object are the envelope's fault, which comes first (`error:order:first-fault`).
  if (!valid) return expect(codes).toEqual([isObject(value) ? -32602 : -32600]);
  // Well-formed and of another version: that is what `unsupported_protocol` is for.
  const isOther = name === "session.open" && (value as { protocol: number }).protocol !== 1;
  expect(codes).toEqual([isOther ? 1002 : undefined]);
}

const vectors = loadVectors<FrameVector>(1, "frames");
const readers = readersOf(vectors);
const notifications = new Set(vectors.filter(({ refused }) => refused?.violation).map(({ type }) => type));
const own = vectors.filter(({ type }) => readers.get(type) === "host");

describe("every value of v1 that a host reads", () => {
  test.each(own.map((vector) => [vector.id, vector] as const))("%s", (_, vector) => {
    if (vector.type === "Request" || vector.type === "Notification") judgeFrame(vector);
    else judgeParams(vector);
  });

  test("none is left out but those that a sandbox or the report's reader has", () => {
    const others = vectors.filter(({ type }) => ["sandbox", "user"].includes(readers.get(type) ?? ""));
    expect(own.length).toBeGreaterThan(300);
    expect(own.length + others.length).toBe(vectors.length);
  });
});

describe("every value of v0 that a host reads", () => {
  const early = loadVectors<FrameVector>(0, "frames");
  const readersV0 = readersOf(early);
  const ownV0 = early.filter(({ type }) => readersV0.get(type) === "host");
  const list = methods.find(({ name }) => name === "files.list");

  /** A query holds texts only: a value that isn't of texts can't even be asked. */
  const asQuery = (value: unknown): URLSearchParams | undefined => {
    if (!isObject(value)) return undefined;
    const { project_id: project, conversation_id: conversation } = value as Record<string, unknown>;
    const named = Object.entries({ project, conversation }).filter(([, one]) => one !== undefined);
    if (named.some(([, one]) => typeof one !== "string")) return undefined;
    return new URLSearchParams(named as [string, string][]);
  };

  test.each(ownV0.map((vector) => [vector.id, vector] as const))("%s", (_, { type, valid, value }) => {
    if (type === "Request") {
      const { kind } = readLine(Buffer.from(`${JSON.stringify(value)}\n`));
      return expect(kind === "request").toBe(valid);
    }
    if (type === "FilesListParams") return expect(list?.validate(value)).toBe(valid);
    expect(type).toBe("HttpFilesQuery");
    expect(asQuery(value) !== undefined).toBe(valid);
  });

  test("none is left out but those of a sandbox", () => {
    const others = early.filter(({ type }) => readersV0.get(type) === "sandbox");
    expect(ownV0.length).toBeGreaterThan(30);
    expect(ownV0.length + others.length).toBe(early.length);
  });
});
