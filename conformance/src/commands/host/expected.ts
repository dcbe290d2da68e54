import { ERROR_CODE, RPC_ERROR, type Id } from "@sandpipe/spec/v1";
import type { Deserved } from "../../arbitraries/traffic.js";
import { located } from "../../checks/host/facts.js";
import type { HostSeen, SeenFrame } from "../../target/host-seen.js";
import { sameValue } from "../../wire/equal.js";
import type { ChargedFact } from "../whole-session.js";

/** One use of an id, and the one response that it deserves. */
export interface ExpectedAnswer {
  readonly id: Id;
  /** Which use of the id it is, from 0. */
  readonly use: number;
  readonly deserves: Deserved | RefusedBy;
  /** Charged when the response is wrong, or when none comes. */
  readonly row: string;
  readonly missing: string;
  /** Another id in flight that is the same as text. */
  readonly hasTwin: boolean;
}

/** An error of Sandpipe's own, by code and kind. */
export interface RefusedBy {
  readonly refused: { readonly code: number; readonly kind?: string };
}

/** An error response with id null that must come, and what it names in `data.id`. */
export interface ExpectedRefusal {
  readonly row: string;
  readonly code: number;
  readonly of?: Id;
}

/** The response to one use of an id, charged by what is wrong with it. */
export function answerFact(seen: HostSeen, expected: ExpectedAnswer): ChargedFact {
  const { id, use, row, deserves } = expected;
  const frame = seen.answers(id)[use];
  const about = `the response to ${JSON.stringify(id)}${use > 0 ? `, use ${use + 1} of that id` : ""}`;
  const wanted = "refused" in deserves ? { error: errorOf(deserves.refused) } : deserves;
  if (frame === undefined)
    return { ...located(about, wanted, "no response", undefined), row: rowOfMissing(seen, expected) };
  const actual = narrowed(frame, wanted);
  return { ...located(about, wanted, actual, frame.at), row: rowOfWrong(frame, expected) ?? row };
}

/** A call that was taken for another's duplicate was refused with id null. */
function rowOfMissing(seen: HostSeen, { id, use, missing, hasTwin }: ExpectedAnswer): string {
  const refused = seen.refusals.some(
    (frame) => refusalOf(frame).code === ERROR_CODE.duplicate_id && namesId(frame, id),
  );
  if (!refused) return missing;
  if (use > 0) return "call:duplicate:finished-served";
  return hasTwin ? "call:id:types-distinct" : missing;
}

/** Errors that tell by themselves which rule was forgotten. */
function rowOfWrong({ value }: SeenFrame, { deserves, use }: ExpectedAnswer): string | undefined {
  if ("refused" in deserves) return undefined;
  const { code } = Object(value["error"]) as { code?: unknown };
  if (code === ERROR_CODE.busy) return "limit:in-flight:not-early";
  if (code === ERROR_CODE.duplicate_id && use > 0) return "call:duplicate:finished-served";
  if (code === RPC_ERROR.methodNotFound) return "method:whitelist:listed";
  return undefined;
}

function errorOf({ code, kind }: RefusedBy["refused"]): unknown {
  return kind === undefined ? { code } : { code, data: { kind } };
}

/** The response as far as it is bound. */
function narrowed({ value }: SeenFrame, wanted: unknown): unknown {
  if (!Object.hasOwn(value, "error")) return { result: value["result"] };
  const { error: bound } = wanted as { error?: Readonly<Record<string, unknown>> };
  const error = value["error"] as Readonly<Record<string, unknown>> | null;
  if (bound === undefined || typeof error !== "object" || error === null) return { error };
  const { kind } = Object(bound["data"]) as { kind?: unknown };
  const members = Object.keys(bound).map((name): [string, unknown] => {
    const own = typeof kind === "string" && name === "data";
    return [name, own ? { kind: (Object(error["data"]) as { kind?: unknown }).kind } : error[name]];
  });
  return { error: Object.fromEntries(members) };
}

/** The responses with id null: as many of each kind as the model says, and no others. */
export function refusalFacts(
  seen: HostSeen,
  expected: readonly ExpectedRefusal[],
  unexpected: string,
): readonly ChargedFact[] {
  const kinds = new Map<string, ExpectedRefusal[]>();
  for (const one of expected) kinds.set(keyOf(one), [...(kinds.get(keyOf(one)) ?? []), one]);
  const left = [...seen.refusals];
  const facts = [...kinds.values()].map((group): ChargedFact => {
    const [first] = group as [ExpectedRefusal];
    const found = left.filter((frame) => isLike(frame, first));
    for (const frame of found) left.splice(left.indexOf(frame), 1);
    const of = first.of === undefined ? "" : ` about ${JSON.stringify(first.of)}`;
    const about = `responses with id null and code ${first.code}${of}`;
    return { ...located(about, group.length, found.length, found.at(-1)?.at), row: first.row };
  });
  const codes = left.map((frame) => refusalOf(frame).code);
  return [...facts, { ...located("other responses with id null", [], codes, left[0]?.at), row: unexpected }];
}

const keyOf = ({ code, of }: ExpectedRefusal): string => `${code} ${typeof of} ${String(of)}`;

const refusalOf = ({ value }: SeenFrame): { readonly code?: unknown; readonly data?: unknown } =>
  Object(value["error"]);

const namesId = (frame: SeenFrame, id: Id): boolean =>
  sameValue((Object(refusalOf(frame).data) as { id?: unknown }).id, id);

function isLike(frame: SeenFrame, { code, of }: ExpectedRefusal): boolean {
  return refusalOf(frame).code === code && (of === undefined || namesId(frame, of));
}

/** A piece of a stream, and the row that is charged when the stream lacks it. */
export interface Piece {
  readonly row: string;
  readonly bytes: Uint8Array;
}

/** A stream of the report: charged to the row of the pieces without which it would be as it is, else to `mixed`. */
export function streamFact(
  about: string,
  pieces: readonly Piece[],
  actual: Uint8Array,
  mixed: string,
  shown: (bytes: Uint8Array) => string,
): ChargedFact {
  const whole = Buffer.concat(pieces.map(({ bytes }) => bytes));
  const rows = [...new Set(pieces.map(({ row }) => row))];
  const lost = rows.find((row) => {
    const others = pieces.filter((piece) => piece.row !== row);
    return Buffer.concat(others.map(({ bytes }) => bytes)).equals(actual);
  });
  const row = lost ?? (rows.length === 1 ? (rows[0] as string) : mixed);
  return { about, expected: shown(whole), actual: shown(actual), row };
}
