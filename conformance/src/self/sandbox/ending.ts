import { request } from "node:http";
import { writeSync } from "node:fs";
import { SANDBOX_EXIT } from "@sandpipe/spec/v1";
import type { Deviations } from "./deviations.js";
import type { WireWriter } from "./wire-writer.js";

/** Every way in which the process ends. */
export interface Ending {
  /** Writes what waits and exits. */
  exit(code: number): void;
  /** Exits with one line on stderr. */
  fail(code: number, line: string): void;
  /** The host has gone or said stop: the script sees its calls fail, then the process exits. */
  afterHost(code: number, line?: string): void;
  onTerm(): void;
  /** A fault ends the process where a right sandbox goes on. */
  crash(reason: string): never;
  stderr(bytes: Uint8Array): void;
  /** A fault sends frames over HTTP. */
  resend(url: string | undefined, bodies: readonly string[]): void;
}

/** How long a host that reads nothing can hold up the end. */
const PATIENCE_MS = 1_000;
const SIGTERM_EXIT = 143;

type ReallyExit = { reallyExit(code?: number): never };

/** Creates the endings; the script's own `process.exit` flushes as well (`output:exit:flushed`). */
export function createEnding(writer: WireWriter, deviations: Deviations): Ending {
  const really = process as unknown as ReallyExit;
  const leave = really.reallyExit.bind(process);
  const flush = (): void => {
    if (!deviations.has("exit-cuts-prints")) writer.flush(PATIENCE_MS);
  };
  really.reallyExit = (code) => {
    flush();
    return leave(code);
  };
  process.on("exit", flush);

  return {
    exit(code) {
      writer.flush(PATIENCE_MS);
      process.exit(code);
    },
    fail(code, line) {
      writeSync(2, `${line}\n`);
      process.exit(code);
    },
    afterHost(code, line) {
      // Rejections and what the script does about them come first.
      setImmediate(() => {
        if (line !== undefined) writeSync(2, `${line}\n`);
        process.exit(code);
      });
    },
    onTerm() {
      if (deviations.has("term-ignored")) return;
      if (deviations.has("term-cuts-frame")) writer.drop();
      process.exit(SIGTERM_EXIT);
    },
    crash(reason) {
      writeSync(2, `fault: ${reason}\n`);
      return leave(1);
    },
    stderr(bytes) {
      for (let from = 0; from < bytes.length;) from += writeSync(2, bytes, from);
    },
    resend(url, bodies) {
      const unavailable = (): void => process.exit(SANDBOX_EXIT.unavailable);
      if (url === undefined) return unavailable();
      for (const body of bodies.length === 0 ? ["{}"] : bodies) {
        const post = request(`${url}/api/mcp/rpc`, { method: "POST", timeout: PATIENCE_MS }, unavailable);
        post.on("error", unavailable).on("timeout", unavailable).end(body);
      }
    },
  };
}
