import { findCommand } from "./find-command.js";

let launcher: readonly string[] | undefined;

/**
 * What to put before a command so that it dies with the host, even by SIGKILL; nothing where setpriv isn't
 * installed. setpriv ends in `exec`, so the spawned pid is the command's own.
 *
 * The kernel ties the signal to the *thread* that spawned: call this from a thread that lives as long as the
 * child (golang/go#27505).
 */
export function parentDeathLauncher(): readonly string[] {
  launcher ??= find();
  return launcher;
}

/**
 * Whether an ending is a launcher's own account that the command could not be executed: its interpreter isn't there,
 * for instance, or bwrap could not make its mounts. What is not a file or not executable is found before.
 */
export function isLauncherFailure(exitCode: number | undefined, stderr: string): boolean {
  if (exitCode === 126 || exitCode === 127) return /^(?:setpriv|prlimit): /.test(stderr);
  return exitCode === 1 && stderr.startsWith("bwrap: ");
}

function find(): readonly string[] {
  if (process.platform !== "linux") return [];
  try {
    return [findCommand("setpriv", process.env["PATH"]), "--pdeathsig", "KILL", "--"];
  } catch {
    return [];
  }
}
