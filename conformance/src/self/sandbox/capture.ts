import { Console } from "node:console";
import { Writable } from "node:stream";
import type { Deviations } from "./deviations.js";

/** Takes what the script prints, at once and in order. */
export type TakePrint = (stream: "stdout" | "stderr", bytes: Uint8Array) => void;

/** Puts console and the process's two streams under capture; what is written past them goes to descriptor 2. */
export function capturePrints(take: TakePrint, deviations: Deviations): void {
  if (!deviations.has("stdout-write-uncaptured")) capture(process.stdout, (bytes) => take("stdout", bytes));
  capture(process.stderr, (bytes) => {
    if (!deviations.has("stderr-lost")) take("stderr", bytes);
  });
  const sink = (stream: "stdout" | "stderr"): Writable =>
    new Writable({
      decodeStrings: true,
      write(chunk: Buffer, _encoding, callback) {
        take(stream, chunk);
        callback();
      },
    });
  const late = sink("stdout");
  const overtaken = new Writable({
    write(chunk: Buffer, _encoding, callback) {
      setImmediate(() => {
        late.write(chunk);
        callback();
      });
    },
  });
  const replacement = new Console({
    stdout: deviations.has("console-overtaken") ? overtaken : late,
    stderr: sink(deviations.has("console-error-to-stdout") ? "stdout" : "stderr"),
    ignoreErrors: true,
  });
  // The object itself stays, since modules hold it; its functions change.
  for (const name of Object.keys(replacement) as (keyof Console)[]) {
    const value = replacement[name] as unknown;
    const print = typeof value === "function" ? harmless(value as Print, deviations) : value;
    Object.defineProperty(console, name, { value: print, configurable: true, writable: true });
  }
}

type Print = (...values: unknown[]) => unknown;

/** A print whose value throws when it is made text says so in its place (`output:print:never-throws`). */
function harmless(print: Print, deviations: Deviations): Print {
  return (...values) => {
    if (deviations.has("print-as-plain-text")) return print(values.map(String).join(" "));
    try {
      return print(...values);
    } catch (error) {
      if (deviations.has("print-throws")) throw error;
      return print("[a value that can't be printed]");
    }
  };
}

function capture(stream: NodeJS.WriteStream, take: (bytes: Uint8Array) => void): void {
  const write = (
    chunk: string | Uint8Array,
    encoding?: BufferEncoding | ((error?: Error | null) => void),
    callback?: (error?: Error | null) => void,
  ): boolean => {
    take(Buffer.from(chunk as string, typeof encoding === "string" ? encoding : "utf8"));
    const done = typeof encoding === "function" ? encoding : callback;
    if (done !== undefined) queueMicrotask(() => done(null));
    return true;
  };
  Object.defineProperty(stream, "write", { value: write, configurable: true, writable: true });
}
