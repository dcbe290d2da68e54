import { pathToFileURL } from "node:url";
import { encodeLine } from "../../../wire/encode.js";
import type { WireObject } from "../../../wire/decode.js";
import { createLineReader, objectOfLine } from "../../../wire/lines.js";
import { capturePrints } from "../capture.js";
import type { Deviations } from "../deviations.js";
import { createEnding } from "../ending.js";
import { makeNonBlocking, openWireReader } from "../read-stdin.js";
import { createWireWriter } from "../wire-writer.js";

/** What a script gets in version 0: calls, and nothing for what the version doesn't know. */
interface Context {
  call(method: string, params?: unknown): Promise<unknown>;
  emit(): void;
  progress(): void;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Where the launcher has put the wire. */
const WIRE = { write: 3, read: 4 } as const;
const PIPE_BYTES = 65_536;

/** Runs one script in version 0: requests are lines among its prints, its result is the last. */
export function runLines(path: string, deviations: Deviations): void {
  makeNonBlocking(WIRE.write);
  const pending = new Map<string, Pending>();
  const lines = createLineReader();
  let last = 0;

  const settle = (value: WireObject): void => {
    const unknown = !pending.has(value["id"] as string);
    if (unknown && deviations.has("v0-unknown-fatal")) ending.crash("a response with an unknown id");
    const byOrder =
      deviations.has("v0-answers-by-order") || (unknown && deviations.has("v0-unknown-settles"));
    const id = byOrder ? ([...pending.keys()][0] ?? "") : (value["id"] as string);
    const call = pending.get(id);
    pending.delete(id);
    reader.hold(pending.size > 0);
    const { error, result } = value;
    const text = deviations.has("v0-error-text-lost") ? "the call failed" : String(error);
    if (error && !deviations.has("v0-errors-resolve")) call?.reject(new Error(text));
    else call?.resolve(error || result);
  };
  const reader = openWireReader({
    fd: WIRE.read,
    chunk(bytes) {
      const text = Buffer.from(bytes).toString("utf8");
      const read = deviations.has("v0-decodes-each-chunk") ? Buffer.from(text) : bytes;
      const whole = deviations.has("v0-parses-each-chunk") ? [bytes] : lines.push(read);
      for (const value of whole.map(objectOfLine)) if (value !== undefined) settle(value);
    },
    end() {
      for (const { reject } of pending.values()) reject(new Error("the host has gone"));
      ending.afterHost(1);
    },
  });
  const writer = createWireWriter(WIRE.write, deviations, () => {}, reader.block);
  const ending = createEnding(writer, deviations);
  capturePrints((stream, bytes) => {
    if (stream === "stdout") writer.write(Uint8Array.from(bytes));
    else ending.stderr(bytes);
  }, deviations);

  const context: Context = {
    call(method, params) {
      if (deviations.has("v0-ids-reused") && pending.size === 0) last = 0;
      const id = `req-${++last}`;
      writer.write(encodeLine({ id, method, params: params ?? {} }));
      reader.hold(true);
      return new Promise((resolve, reject) => pending.set(id, { resolve, reject }));
    },
    emit() {},
    progress() {},
  };
  const finish = (value: unknown): void => {
    const json = JSON.stringify(value ?? null, undefined, deviations.has("v0-pretty-result") ? 1 : 0);
    const line = Buffer.from(`${json}\n`);
    writer.write(deviations.has("v0-result-cut") ? line.subarray(0, PIPE_BYTES) : line);
    if (deviations.has("v0-prints-after-result")) writer.write(Buffer.from("done\n"));
    ending.exit(0);
  };
  const work = async (): Promise<void> => {
    const script = (await import(pathToFileURL(path).href)) as { default?: (ctx: Context) => unknown };
    finish(await script.default?.(context));
  };
  work().catch((error: unknown) => {
    console.error(error);
    ending.exit(1);
  });
  process.on("SIGTERM", () => ending.onTerm());
}
