import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A database server of the tests' own. */
export interface Service {
  /** How a client connects over TCP. */
  readonly url: string;
  /** Absolute path of its Unix socket. */
  readonly socket: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** A folder that an unprivileged server user can enter. */
export function serviceFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `sandpipe-${name}-`));
  chmodSync(folder, 0o777);
  return folder;
}

/** A TCP port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port from listen(0)");
  return address.port;
}

/** Prefixes a command so that it runs as that user (root only) and dies with this process. */
export function asUser(user: string, command: readonly string[]): readonly string[] {
  const drop = process.getuid?.() === 0 ? [`--reuid=${user}`, `--regid=${user}`, "--clear-groups"] : [];
  return ["setpriv", ...drop, "--pdeathsig", "INT", ...command];
}

/** Starts a server and waits until `ready` says so; stops it and removes its folder at the end. */
export async function startServer(
  command: readonly string[],
  folder: string,
  ready: () => Promise<boolean>,
): Promise<() => Promise<void>> {
  const [program = "", ...args] = command;
  // A file takes what a server says also while nobody here reads.
  const log = join(folder, "server.log");
  const descriptor = openSync(log, "w");
  const server: ChildProcess = spawn(program, args, { stdio: ["ignore", descriptor, descriptor] });
  closeSync(descriptor);
  const exited = once(server, "exit");
  while (!(await ready())) {
    if (server.exitCode !== null || server.signalCode !== null)
      throw new Error(`${command.join(" ")} ended at once:\n${readFileSync(log, "utf8")}`);
    await sleep(50);
  }
  return async () => {
    server.kill("SIGINT");
    server.kill("SIGTERM");
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
}
