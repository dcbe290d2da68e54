import type { PrintApi, Step } from "@sandpipe/spec/control";
import type { Subject } from "../../target/target.js";
import type { Part } from "../../target/host-plan.js";
import type { Answer, SandboxStep } from "../../target/sandbox-plan.js";

type CallStep = Extract<Step, { do: "call" }>;

/** A driver step that calls `conformance.echo`; its number travels in the params. */
export function call(n: number, value?: unknown, timeoutMs?: number): CallStep {
  const params = value === undefined ? { step: n } : { step: n, value };
  return {
    n,
    do: "call",
    method: "conformance.echo",
    params,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

/** Calls 1 to `count`, with these values. */
export function calls(values: readonly unknown[]): CallStep[] {
  return values.map((value, index) => call(index + 1, value));
}

/** The numbers from `first` to `last`. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

/** Gives, in the driver's order. */
export function give(...steps: readonly Step[]): SandboxStep {
  return { do: "give", steps };
}

/** Right answers, one result a call. */
export function answers(results: readonly (readonly [of: number, result: unknown])[]): Answer[] {
  return results.map(([of, result]) => ({ of, result }));
}

/** Number of the step by which a session shows that it goes on; plans use lower ones. */
export const BARRIER = 900_000;

/** A call, its answer and its end: whatever was written before has been read, and the sandbox still works. */
export function barrier(n = BARRIER): SandboxStep[] {
  return [
    give(call(n)),
    { do: "answer", answers: [{ of: n, result: "barrier" }] },
    { do: "await-done", of: [n] },
  ];
}

/** So many bytes of lawful notifications that a sandbox doesn't know: beyond a pipe's buffers only a reader takes them. */
export function filler(bytes: number): Answer[] {
  const frame = { jsonrpc: "2.0", method: "x.filler", params: { text: "f".repeat(50_000) } };
  return Array.from({ length: Math.ceil(bytes / 50_000) }, () => ({ part: { frame } }));
}

/** A print as a case names it: which API, counted round, and what. */
export interface PrintCase {
  /** Even numbers mean APIs that take bytes, odd ones those that add a newline, where the driver has them. */
  readonly api: number;
  readonly text: string;
  /** So many copies of the text. */
  readonly times: number;
  /** Bytes in place of the text, where the API takes bytes. */
  readonly base64?: string;
}

/** The driver's APIs of a stream; a driver that names none has `console.log`. */
export function apisOf(subject: Subject, stream: PrintApi["stream"]): readonly PrintApi[] {
  const apis = subject.prints.filter((api) => api.stream === stream);
  if (apis.length > 0 || stream !== "stdout") return apis;
  return [{ name: "console.log", stream: "stdout", takes: "line" }];
}

/** The steps of prints by a stream's APIs, numbered from `first`. */
export function printSteps(
  prints: readonly PrintCase[],
  subject: Subject,
  stream: PrintApi["stream"],
  first: number,
): Step[] {
  return prints.flatMap((print, index): Step[] => {
    const api = apiOf(print, subject, stream);
    if (api === undefined) return [];
    const bytes = print.base64 !== undefined && api.takes === "bytes";
    const what = bytes ? { base64: print.base64 } : { text: textOf(print) };
    return [{ n: first + index, do: "print", api: api.name, ...what }];
  });
}

/** What these prints put out. */
export function printed(prints: readonly PrintCase[], subject: Subject, stream: PrintApi["stream"]): Buffer {
  return Buffer.concat(
    prints.map((print) => {
      const api = apiOf(print, subject, stream);
      if (api === undefined) return Buffer.alloc(0);
      if (api.takes === "bytes" && print.base64 !== undefined) return Buffer.from(print.base64, "base64");
      return Buffer.from(api.takes === "line" ? `${textOf(print)}\n` : textOf(print));
    }),
  );
}

function apiOf({ api }: PrintCase, subject: Subject, stream: PrintApi["stream"]): PrintApi | undefined {
  const apis = apisOf(subject, stream);
  const wanted = apis.filter(({ takes }) => (takes === "line") === (api % 2 === 1));
  const list = wanted.length > 0 ? wanted : apis;
  return list[(api >> 1) % Math.max(1, list.length)];
}

function textOf({ text, times }: PrintCase): string {
  return text.repeat(times);
}

/** RS, a whole frame's text, LF, as a script might print or a child might write. */
export function forged(method: string, id: string): string {
  return `\u001e${JSON.stringify({ jsonrpc: "2.0", id, method, params: { forged: true } })}\n`;
}

/** A part that is one text. */
export function text(value: string): Part {
  return { text: value };
}
