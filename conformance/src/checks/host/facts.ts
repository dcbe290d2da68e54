import type { Id } from "@sandpipe/spec/v1";
import type { Call, Deserved } from "../../arbitraries/traffic.js";
import type { HostSeen, SeenFrame } from "../../target/host-seen.js";
import type { Fact } from "../fact.js";

/** What a refusal is bound to. */
export interface RefusedWith {
  readonly code: number;
  readonly kind?: string;
}

/** The result of a call, when it had one response and that was a success. */
export function resultOf(seen: HostSeen, id: Id): unknown {
  return seen.answers(id)[0]?.value["result"];
}

/** The call had exactly one response, and it carries this result. */
export function resultFact(seen: HostSeen, id: Id, result: unknown): Fact {
  const { actual, at } = soleAnswer(seen, id);
  return located(`the response to ${JSON.stringify(id)}`, { result }, actual, at);
}

/** The call had exactly one response, and it is this error. */
export function errorFact(seen: HostSeen, id: Id, error: RefusedWith): Fact {
  const { actual, at } = soleAnswer(seen, id);
  return located(`the response to ${JSON.stringify(id)}`, wanted(error), bound(actual, error), at);
}

/** Exactly these error responses with id null came, in whatever order. */
export function refusalsFact(seen: HostSeen, errors: readonly RefusedWith[]): Fact {
  const kinds = errors.some(({ kind }) => kind !== undefined);
  const actual = seen.refusals.map(({ value }) =>
    bound({ error: value["error"] }, kinds ? { code: 0, kind: "" } : { code: 0 }),
  );
  const extra = seen.refusals[errors.length] ?? seen.refusals.at(-1);
  return located("the responses with id null", sorted(errors.map(wanted)), sorted(actual), extra?.at);
}

/** Responses come in any order, refusals too. */
function sorted(values: readonly unknown[]): unknown[] {
  return [...values].sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}

/** The call had exactly one response, as its model deserves. */
export function deservedFact(seen: HostSeen, { id, deserves }: Call): Fact {
  if ("result" in deserves) return resultFact(seen, id, deserves.result);
  const { actual, at } = soleAnswer(seen, id);
  return located(`the response to ${JSON.stringify(id)}`, deserves, narrowed(actual, deserves), at);
}

/** The run counted so many executions under the key that `id` asked for. */
export function executionsFact(seen: HostSeen, id: Id, executions: number): Fact {
  const { actual, at } = soleAnswer(seen, id);
  return located("the number of executions so far", { result: executions }, actual, at);
}

/** No response carries this id. */
export function silenceFact(seen: HostSeen, id: Id): Fact {
  const answers = seen.answers(id);
  return located(`responses to ${JSON.stringify(id)}`, 0, answers.length, answers[0]?.at);
}

/** Each response with an id carries one that was used; the kit's own steps use `open`, `end` and `barrier-N`. */
export function strangersFact(seen: HostSeen, ids: readonly Id[]): Fact {
  const known = new Set<unknown>(ids);
  const strangers = seen.frames.filter(({ value }) => {
    const { id } = value;
    const ours = id === "open" || id === "end" || (typeof id === "string" && id.startsWith("barrier-"));
    return !Object.hasOwn(value, "method") && id !== null && !ours && !known.has(id);
  });
  const actual = strangers.map(({ value }) => value["id"]);
  return located("responses under ids that nobody used", [], actual, strangers[0]?.at);
}

/** The report's output is exactly these bytes. */
export function outputFact(seen: HostSeen, output: Uint8Array): Fact {
  return { about: "the output in the report", expected: shown(output), actual: shown(seen.output) };
}

/** The run's outcome in its report. */
export function outcomeFact(seen: HostSeen, outcome: string): Fact {
  return {
    about: "the outcome in the report",
    expected: outcome,
    actual: seen.report?.outcome ?? "no report",
  };
}

/** At least so many violations are counted. */
export function violationsFact(seen: HostSeen, atLeast: number): Fact {
  const counted = seen.report?.violationCount ?? seen.report?.violations.length ?? 0;
  return {
    about: "the violations in the report",
    expected: `at least ${atLeast}`,
    actual: counted >= atLeast ? `at least ${atLeast}` : `${counted}`,
  };
}

/** Exactly so many violations are counted. */
export function countedFact(seen: HostSeen, expected: number): Fact {
  const { violations = [], violationCount = violations.length } = seen.report ?? {};
  const actual = violationCount === expected ? expected : { violationCount, violations };
  return { about: "the violations in the report", expected, actual };
}

/** Bytes as text where they are UTF-8, else as hex, so that a person can compare them. */
export function shown(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes);
  const text = buffer.toString("utf8");
  return Buffer.from(text).equals(buffer) ? text : `hex ${buffer.toString("hex")}`;
}

/** A fact that points at an event, where there is one. */
export function located(about: string, expected: unknown, actual: unknown, at: number | undefined): Fact {
  return at === undefined ? { about, expected, actual } : { about, expected, actual, at };
}

/** What the one response to an id says; its number where that isn't one. */
function soleAnswer(seen: HostSeen, id: Id): { actual: unknown; at: number | undefined } {
  const answers = seen.answers(id);
  const [first, second] = answers;
  if (first === undefined) return { actual: "no response", at: undefined };
  if (second !== undefined) return { actual: `${answers.length} responses`, at: second.at };
  return { actual: body(first), at: first.at };
}

function body({ value }: SeenFrame): unknown {
  return Object.hasOwn(value, "error") ? { error: value["error"] } : { result: value["result"] };
}

function wanted({ code, kind }: RefusedWith): unknown {
  return { error: kind === undefined ? { code } : { code, data: { kind } } };
}

/** Of an error, what a refusal is bound to; anything else as it is. */
function bound(actual: unknown, { kind }: RefusedWith): unknown {
  const error = errorOf(actual);
  if (error === undefined) return actual;
  const { code, data } = error as { code?: unknown; data?: { kind?: unknown } };
  return { error: kind === undefined ? { code } : { code, data: { kind: data?.kind } } };
}

function narrowed(actual: unknown, deserves: Deserved): unknown {
  const error = errorOf(actual);
  if (error === undefined || !("error" in deserves)) return actual;
  const names = Object.keys(deserves.error);
  return { error: Object.fromEntries(names.map((name) => [name, error[name]])) };
}

function errorOf(actual: unknown): Record<string, unknown> | undefined {
  if (typeof actual !== "object" || actual === null || !("error" in actual)) return undefined;
  const { error } = actual;
  return typeof error === "object" && error !== null ? (error as Record<string, unknown>) : undefined;
}
