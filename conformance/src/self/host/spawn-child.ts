import { spawn, type ChildProcessByStdio } from "node:child_process";
import { openSync, closeSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { ENVIRONMENT, ENVIRONMENT_ALLOW_LIST } from "@sandpipe/spec/v1";
import type { RunRequest } from "@sandpipe/spec/control";
import type { Deviations } from "./deviations.js";
import { findProgram } from "./find-program.js";
import type { Door } from "./http-door.js";
import { bounded, isolated, type IsolatedFolders } from "./isolate.js";

/** The sandbox's process. */
export type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** Starts the command in a process group of its own (`life:group:own`) with the contract's environment. */
export function spawnChild(
  request: RunRequest,
  deviations: Deviations,
  door: Door | undefined,
  folders: IsolatedFolders | undefined,
): Child {
  const [file = "", ...args] = commandOf(request, deviations, folders);
  const leaked = deviations.has("descriptor-leaked") ? openSync(process.execPath, "r") : undefined;
  const child = spawn(file, args, {
    detached: !deviations.has("no-group"),
    env: environmentOf(request, deviations, door),
    stdio: leaked === undefined ? ["pipe", "pipe", "pipe"] : ["pipe", "pipe", "pipe", leaked],
  }) as Child;
  if (leaked !== undefined) closeSync(leaked);
  if (deviations.has("death-watcher") && child.pid !== undefined) watchOver(child, child.pid);
  return child;
}

function commandOf(
  { command, limits }: RunRequest,
  deviations: Deviations,
  folders: IsolatedFolders | undefined,
): readonly string[] {
  // One that can't be started is left alone, so that starting it fails (life:spawn:failed-report).
  if (findProgram(command[0] ?? "") === undefined) return command;
  const inside = folders === undefined ? command : isolated(command, folders, deviations);
  return withDeath(bounded(inside, limits.memoryBytes, deviations), deviations);
}

/**
 * The command behind what lets it die with this process (`life:host-death:child-dies`).
 */
function withDeath(command: readonly string[], deviations: Deviations): readonly string[] {
  if (deviations.has("child-outlives-host") || deviations.has("death-watcher")) return command;
  const setpriv = findProgram("setpriv");
  return setpriv === undefined ? command : [setpriv, "--pdeathsig", "KILL", "--", ...command];
}

/** What the sandbox sees: allow list, contract, and what the run adds (`life:environment:allow-list`). */
function environmentOf(
  request: RunRequest,
  deviations: Deviations,
  door: Door | undefined,
): Record<string, string> {
  const allowed = Object.entries(process.env).filter(([name]) => {
    if (deviations.has("environment-inherited")) return true;
    return ENVIRONMENT_ALLOW_LIST.some((entry) =>
      deviations.has("environment-by-prefix") ? name.startsWith(entry) : name === entry,
    );
  });
  return {
    ...(Object.fromEntries(allowed) as Record<string, string>),
    ...versionOf(request.protocol, deviations),
    [ENVIRONMENT.transport]: request.transport,
    ...(door === undefined ? {} : { [ENVIRONMENT.httpUrl]: door.url, [ENVIRONMENT.httpToken]: door.token }),
    ...request.env,
  };
}

/** A session of version 0 alone tells no version (`life:environment:no-version`). */
function versionOf(protocol: readonly number[], deviations: Deviations): Record<string, string> {
  const unset = protocol.includes(1) ? deviations.has("protocol-unset") : !deviations.has("v0-version-told");
  return unset ? {} : { [ENVIRONMENT.protocol]: protocol.join(",") };
}

/** Signals the child's whole group by the id kept from the spawn; a group that is gone is no error. */
export function signalGroup(pid: number, signal: NodeJS.Signals, deviations: Deviations): void {
  try {
    const alone =
      deviations.has("no-group") || (deviations.has("signals-leader-only") && signal === "SIGTERM");
    process.kill(alone ? pid : -pid, signal);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ESRCH") throw cause;
  }
}

/** The oddity of a process beside the sandbox that kills it when this one is gone: its stdin ends then. */
function watchOver(child: Child, pid: number): void {
  const watcher = spawn("sh", ["-c", `read -r line || kill -KILL ${pid}`], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  watcher.on("error", () => undefined);
  watcher.stdin?.on("error", () => undefined);
  child.once("exit", () => watcher.kill("SIGKILL"));
}
