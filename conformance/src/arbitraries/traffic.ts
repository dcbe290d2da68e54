import * as fc from "fast-check";
import { RPC_ERROR, type Id } from "@sandpipe/spec/v1";
import type { Part } from "../target/host-plan.js";
import { id, textId } from "./id.js";
import { json, params } from "./json.js";
import { shrunkAs } from "./shrunk-as.js";
import { text } from "./text.js";

/** A call and the one answer that it deserves, by a model of the conformance methods. */
export interface Call {
  readonly id: Id;
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly deserves: Deserved;
}

/** A result, or an error of which code, and where they are told message and data, are demanded. */
export type Deserved =
  | { readonly result: unknown }
  | { readonly error: { readonly code: number; readonly message?: string; readonly data?: unknown } };

/** A call whose id is still to be chosen. */
export type Plain = Omit<Call, "id">;

const echo: fc.Arbitrary<Plain> = params.map((value) => ({
  method: "conformance.echo",
  params: value,
  deserves: { result: value },
}));

const delay: fc.Arbitrary<Plain> = fc.tuple(fc.nat(12), json).map(([ms, value]) => ({
  method: "conformance.delay",
  params: { ms, value },
  deserves: { result: value },
}));

/** Data is an object, since a host may leave out a null. */
const fail: fc.Arbitrary<Plain> = fc
  .record({ code: fc.integer({ min: 2_000, max: 99_999 }), message: text, data: params })
  .map((error) => ({ method: "conformance.fail", params: error, deserves: { error } }));

const thrown: fc.Arbitrary<Plain> = fc.constant({
  method: "conformance.throw",
  params: {},
  deserves: { error: { code: RPC_ERROR.internalError } },
});

const bytes: fc.Arbitrary<Plain> = fc.nat(5_000).map((size) => ({
  method: "conformance.bytes",
  params: { size },
  deserves: { result: "x".repeat(size) },
}));

const unknown: fc.Arbitrary<Plain> = fc
  .constantFrom("conformance.absent", "x", "files.delete")
  .map((method) => ({
    method,
    params: {},
    deserves: { error: { code: RPC_ERROR.methodNotFound } },
  }));

/** Which methods traffic is made of. */
const KINDS = { echo, delay, fail, thrown, bytes, unknown };

const ALL_KINDS = ["echo", "delay", "fail", "thrown", "bytes", "unknown"] as const;

/** One call of these kinds. */
export function plainCall(kinds: readonly (keyof typeof KINDS)[]): fc.Arbitrary<Plain> {
  return fc.oneof(...kinds.map((kind) => KINDS[kind]));
}

/** Between so many calls with ids of all kinds, no two the same; a failing case may shrink to a single one. */
export function traffic(
  min: number,
  max: number,
  kinds: readonly (keyof typeof KINDS)[] = ALL_KINDS,
  ids: fc.Arbitrary<Id> = id,
): fc.Arbitrary<Call[]> {
  const made = callsOf(min, max, kinds, ids);
  return min <= 1 ? made : shrunkAs(made, callsOf(1, max, kinds, ids));
}

function callsOf(
  min: number,
  max: number,
  kinds: readonly (keyof typeof KINDS)[],
  ids: fc.Arbitrary<Id>,
): fc.Arbitrary<Call[]> {
  return fc
    .uniqueArray(fc.tuple(ids, plainCall(kinds)), {
      minLength: min,
      maxLength: max,
      selector: ([name]) => `${typeof name} ${name}`,
      size: "max",
    })
    .map((pairs) => pairs.map(([name, call]) => ({ id: name, ...call })));
}

/** The same for version 0, whose ids are texts. */
export function lineTraffic(min: number, max: number): fc.Arbitrary<Call[]> {
  return traffic(min, max, ALL_KINDS, textId);
}

/** The line of a call of version 0. */
export function lineOf({ id: name, method, params: named }: Omit<Call, "deserves">): Part {
  return { line: { id: name, method, ...(named === undefined ? {} : { params: named }) } };
}

/** The frame of a call. */
export function frameOf({ id, method, params: named }: Omit<Call, "deserves">): Part {
  return { frame: { jsonrpc: "2.0", id, method, ...(named === undefined ? {} : { params: named }) } };
}
