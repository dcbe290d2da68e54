import type { StepDone } from "@sandpipe/spec/control";
import type { SeenFrame } from "../../target/host-seen.js";
import type { SandboxSeen } from "../../target/sandbox-seen.js";
import type { Fact } from "../fact.js";

/** The driver reported the step once, and with this result. */
export function resultFact(seen: SandboxSeen, n: number, result: unknown): Fact {
  return { about: `what the script got from step ${n}`, expected: { result }, actual: soleDone(seen, n) };
}

/** The driver reported the step once, and it had failed with this error. */
export function errorFact(seen: SandboxSeen, n: number, error: Readonly<Record<string, unknown>>): Fact {
  const actual = soleDone(seen, n);
  const { error: found } = Object(actual) as { error?: Record<string, unknown> };
  if (found === undefined)
    return { about: `what the script got from step ${n}`, expected: { error }, actual };
  const narrowed = Object.fromEntries(Object.keys(error).map((name) => [name, found[name]]));
  return { about: `what the script got from step ${n}`, expected: { error }, actual: { error: narrowed } };
}

/** The step failed, whatever with. */
export function failedFact(seen: SandboxSeen, n: number): Fact {
  const actual = soleDone(seen, n);
  const failed = typeof actual === "object" && actual !== null && "error" in actual;
  return {
    about: `what the script got from step ${n}`,
    expected: "an error",
    actual: failed ? "an error" : actual,
  };
}

/** What kind of local or wire error a step failed with: its string code, or its `data.kind`. */
export function kindOf(done: StepDone | undefined): unknown {
  const { code, data } = Object(done?.error) as { code?: unknown; data?: { kind?: unknown } };
  return typeof code === "string" ? code : (Object(data) as { kind?: unknown }).kind;
}

/** The step failed once with an error of this kind. */
export function kindFact(seen: SandboxSeen, n: number, kind: string): Fact {
  const actual = soleDone(seen, n);
  const found = seen.done(n).length === 1 ? kindOf(seen.done(n)[0]) : undefined;
  const about = `what the script got from step ${n}`;
  return {
    about,
    expected: `an error of kind ${kind}`,
    actual: found === kind ? `an error of kind ${kind}` : actual,
  };
}

/** No frame without a method came. */
export function noResponseFact(seen: SandboxSeen): Fact {
  const [first] = seen.responses;
  const fact = { about: "responses from the sandbox", expected: 0, actual: seen.responses.length };
  return first === undefined ? fact : { ...fact, at: first.at };
}

/** Exactly so many frames with this method came. */
export function countFact(seen: SandboxSeen, method: string, expected: number): Fact {
  const frames = seen.named(method);
  const fact = { about: `frames with method ${method}`, expected, actual: frames.length };
  const shown = frames[expected] ?? frames.at(-1);
  return shown === undefined ? fact : { ...fact, at: shown.at };
}

/** Every record on stdout was a frame. */
export function noViolationFact(seen: SandboxSeen): Fact {
  return { about: "records on stdout that are no frames", expected: [], actual: seen.violations };
}

/** The output is exactly these bytes; a long one is shown where it departs. */
export function outputFact(seen: SandboxSeen, expected: string | Uint8Array, actual = seen.output): Fact {
  const wanted = Buffer.from(expected as Uint8Array);
  const same = wanted.equals(actual);
  const [left, right] = same
    ? [shown(wanted), shown(wanted)]
    : [wanted.toString("latin1"), Buffer.from(actual).toString("latin1")];
  // Where the bytes differ, so must what is shown of them: latin1 loses none, UTF-8 reads better.
  const readable = !same && wanted.toString("utf8") !== Buffer.from(actual).toString("utf8");
  const [a, b] = readable ? [wanted.toString("utf8"), Buffer.from(actual).toString("utf8")] : [left, right];
  return { about: "the output", ...departure(a, b) };
}

/** These texts stand in a stream in this order, each whole; what the runtime adds between them is left aside. */
export function inOrderFact(about: string, stream: Uint8Array, texts: readonly Uint8Array[]): Fact {
  const all = Buffer.from(stream);
  let from = 0;
  for (const text of texts) {
    const at = all.indexOf(text, from);
    if (at < 0)
      return { about, expected: abridged(shown(text)), actual: abridged(shown(all.subarray(from))) };
    from = at + text.length;
  }
  return { about, expected: "whole and in order", actual: "whole and in order" };
}

/** The process ended with this code. */
export function exitFact(seen: SandboxSeen, code: number): Fact {
  return { about: "the exit", expected: { code, signal: null }, actual: seen.exit ?? "none" };
}

/** One line that tells a person what is wrong, beside those of a driver that has lost its host. */
export function oneLineFact(seen: SandboxSeen): Fact {
  const lines = shown(seen.stderr)
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("conformance."));
  return { about: "lines on stderr", expected: 1, actual: lines.length === 1 ? 1 : lines };
}

/** The sandbox's first result, as far as this version knows its members. */
export function firstResult(seen: SandboxSeen): unknown {
  const [first] = seen.results;
  if (first === undefined) return "no session.result";
  return known(first, ["ok", "value", "error"]);
}

/** Those members of an object that are named; what a newer sandbox adds is left aside. */
export function known(value: unknown, names: readonly string[]): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => names.includes(name)));
}

/** Bytes as text where they are UTF-8, else as hex. */
export function shown(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes);
  const text = buffer.toString("utf8");
  return Buffer.from(text).equals(buffer) ? text : `hex ${buffer.toString("hex")}`;
}

/** Bytes of a frame between RS and LF. */
export function sizeOf(frame: SeenFrame): number {
  return Buffer.byteLength(frame.text);
}

/** No frame is larger than the session allows. */
export function framesFitFact(seen: SandboxSeen, maxFrameBytes: number): Fact {
  const large = seen.frames.find((frame) => sizeOf(frame) > maxFrameBytes);
  const fact = { about: "the largest frame", expected: `at most ${maxFrameBytes} bytes` };
  if (large === undefined) return { ...fact, actual: fact.expected };
  return { ...fact, actual: `${sizeOf(large)} bytes`, at: large.at };
}

const SHOWN = 200;

function abridged(text: string): string {
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}… (${text.length} characters)`;
}

/** Two texts from shortly before the place where they part. */
function departure(expected: string, actual: string): Pick<Fact, "expected" | "actual"> {
  if (expected === actual) return { expected: abridged(expected), actual: abridged(actual) };
  if (Math.max(expected.length, actual.length) <= SHOWN) return { expected, actual };
  let same = 0;
  while (same < expected.length && expected[same] === actual[same]) same++;
  const from = Math.max(0, same - 20);
  const part = (text: string): string =>
    `from character ${from} of ${text.length}: ${text.slice(from, from + SHOWN)}`;
  return { expected: part(expected), actual: part(actual) };
}

/** The one report of a step, or what there is instead. */
export function soleDone(seen: SandboxSeen, n: number): unknown {
  const [first, second] = seen.done(n);
  if (first === undefined) return "nothing";
  if (second !== undefined) return `${seen.done(n).length} reports`;
  return first.error === undefined ? { result: first.result } : { error: first.error };
}
