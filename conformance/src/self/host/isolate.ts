import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readlinkSync, realpathSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { Deviations } from "./deviations.js";
import { findProgram } from "./find-program.js";

/** Folders of one isolated run: the script's own, and the one that it may only read. */
export interface IsolatedFolders {
  readonly scratch: string;
  readonly inputs: string;
}

let found: string | undefined | null = null;

/** bubblewrap, where it is there and may make namespaces. */
export function bubblewrap(): string | undefined {
  if (found === null) {
    const program = findProgram("bwrap");
    const args = ["--unshare-all", "--ro-bind", "/", "/", "true"];
    found = program !== undefined && spawnSync(program, args).status === 0 ? program : undefined;
  }
  return found;
}

/** The folders of a run; the one for inputs is made here. */
export function isolatedFolders(scratch: string): IsolatedFolders {
  const inputs = join(scratch, "inputs");
  mkdirSync(inputs);
  return { scratch, inputs };
}

/** The command inside namespaces of its own, seeing the system's programs and the files that it names. */
export function isolated(
  command: readonly string[],
  { scratch, inputs }: IsolatedFolders,
  deviations: Deviations,
): readonly string[] {
  const namespaces = ["user-try", "ipc", "uts", "cgroup-try"];
  if (!deviations.has("isolated-sees-processes")) namespaces.push("pid");
  if (!deviations.has("isolated-with-network")) namespaces.push("net");
  const named = command
    .filter((part) => isAbsolute(part) && existsSync(part))
    .map((part) => realpathSync(part));
  const files = deviations.has("isolated-sees-host-files")
    ? ["--ro-bind", "/", "/", "--dev-bind", "/dev", "/dev"]
    : [
        ...["--ro-bind", "/usr", "/usr", ...["/bin", "/sbin", "/lib", "/lib64"].flatMap(systemFolder)],
        ...["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache", "--dev", "/dev", "--tmpfs", "/tmp"],
        ...named.flatMap((path) => ["--ro-bind", path, path]),
      ];
  return [
    bubblewrap() ?? "bwrap",
    ...namespaces.map((name) => `--unshare-${name}`),
    ...["--die-with-parent", "--new-session", "--cap-drop", "ALL", ...files, "--proc", "/proc"],
    ...["--bind", scratch, scratch],
    ...[deviations.has("isolated-inputs-writable") ? "--bind" : "--ro-bind", inputs, inputs],
    ...["--chdir", scratch, "--"],
    ...command,
  ];
}

/** The command with no more memory than that; RLIMIT_AS would take a runtime its JIT. */
export function bounded(
  command: readonly string[],
  memoryBytes: number | undefined,
  deviations: Deviations,
): readonly string[] {
  const prlimit = findProgram("prlimit");
  if (memoryBytes === undefined || prlimit === undefined || deviations.has("memory-unbounded"))
    return command;
  return [prlimit, `--data=${memoryBytes}`, "--", ...command];
}

function systemFolder(path: string): string[] {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  // Where /usr is merged these are links.
  return stats.isSymbolicLink() ? ["--symlink", readlinkSync(path), path] : ["--ro-bind", path, path];
}
