import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createLinkDecoder } from "../probe/link-codec.js";
import type { Redact } from "../report/redact.js";
import { SubjectError } from "../target/target.js";
import type { TapMessage } from "./tap-message.js";
import { createTraceLines } from "./trace-lines.js";

/** How a host is traced. */
export interface TracedRun {
  /** `{tap}` in it stands before the sandbox's command. */
  readonly command: readonly string[];
  readonly redact: Redact;
  readonly most: number;
  readonly signal: AbortSignal;
  line(text: string): void;
}

/** How a traced host ended. */
export interface TracedEnd {
  readonly code: number;
  /** Sandboxes that were started through the tap. */
  readonly sandboxes: number;
}

/** What a host dies of by a signal, as shells tell it. */
const SIGNALLED = 128;
const SIGNAL_NUMBERS: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/**
 * Runs a host whose sandbox is started through a tap, and tells every frame as it goes by; resolves when the host has
 * ended. The tap's path is in the host's environment too, as SANDPIPE_TAP. Rejects with `SubjectError` when the host
 * can't be started.
 */
export async function runTraced(options: TracedRun): Promise<TracedEnd> {
  const folder = mkdtempSync(join(tmpdir(), "sandpipe-"));
  const socket = join(folder, "kit");
  const tap = join(folder, "tap");
  const program = fileURLToPath(new URL("./tap.js", import.meta.url));
  // One word, since a host may take a program's path only.
  writeFileSync(tap, `#!/bin/sh\nexec ${[process.execPath, program, socket].map(quote).join(" ")} "$@"\n`);
  chmodSync(tap, 0o755);
  const start = performance.now();
  let sandboxes = 0;

  const server = createServer((connection) => {
    const number = ++sandboxes;
    const lines = createTraceLines({
      elapsed: () => performance.now() - start,
      redact: options.redact,
      most: options.most,
      name: number === 1 ? "" : `#${number} `,
    });
    const decode = createLinkDecoder();
    connection.on("error", () => connection.destroy());
    connection.on("data", (chunk: Buffer) => {
      for (const { header, body } of decode(chunk))
        for (const line of lines.take(header as TapMessage, body)) options.line(line);
    });
  });
  await new Promise<void>((done, fail) => server.once("error", fail).listen(socket, done));
  try {
    const code = await runHost(
      options.command.map((word) => word.replaceAll("{tap}", tap)),
      tap,
      options.signal,
    );
    // What the tap said last may still be on its way.
    await new Promise<void>((done) => server.close(() => done()));
    return { code, sandboxes };
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function runHost([file = "", ...args]: readonly string[], tap: string, signal: AbortSignal): Promise<number> {
  const host = spawn(file, args, { stdio: "inherit", env: { ...process.env, SANDPIPE_TAP: tap } });
  const stop = (): void => void host.kill("SIGINT");
  signal.addEventListener("abort", stop);
  return new Promise<number>((done, fail) => {
    host.once("error", (error) =>
      fail(new SubjectError(`the host \`${file}\` can't be started: ${error.message}`)),
    );
    host.once("exit", (code, name) => done(code ?? SIGNALLED + (SIGNAL_NUMBERS[name ?? ""] ?? 0)));
  }).finally(() => signal.removeEventListener("abort", stop));
}
