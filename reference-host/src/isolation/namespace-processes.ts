import { readFileSync } from "node:fs";
import { constants } from "node:os";
import type { ExitStatus } from "@sandpipe/spec/v1";

/**
 * The processes inside of a bwrap's namespace, by their numbers out here; without bwrap's own two. Orphans are among
 * them: in a namespace they become children of its first process.
 */
export function namespaceProcesses(bwrap: number): number[] {
  return childrenOf(bwrap).flatMap(descendantsOf);
}

function descendantsOf(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    return text.split(" ").filter(Boolean).map(Number);
  } catch {
    return []; // Gone meanwhile.
  }
}

/**
 * How the command inside ended, from the exit code of bwrap, which gives a signal as 128 and its number, like a
 * shell. A command that exits with such a code by itself is told as ended by the signal.
 */
export function exitFromNamespace(code: number): ExitStatus {
  const signal = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0];
  return signal === undefined ? { code } : { signal };
}
