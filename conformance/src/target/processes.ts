import { readFileSync } from "node:fs";

/** Whether a process is there and no zombie: a dead orphan can wait long to be reaped by a lazy init. */
export function isAlive(pid: number): boolean {
  if (!signalProcess(pid, 0)) return false;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return !["Z", "X"].includes(stat.charAt(stat.lastIndexOf(")") + 2));
  } catch {
    // No /proc (macOS), or it ended between the two looks.
    return process.platform !== "linux";
  }
}

/** Sends a signal to one process; false when there is none. */
export function signalProcess(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Sends a signal to a whole process group; false when it is empty. */
export function signalGroup(pgid: number, signal: NodeJS.Signals): boolean {
  return signalProcess(-pgid, signal);
}

/** Looks again and again until a condition holds, for what no event announces; false after so many milliseconds. */
export async function poll(holds: () => boolean, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  for (let pauseMs = 1; !holds(); pauseMs = Math.min(pauseMs * 2, 50)) {
    if (performance.now() > until) return false;
    await new Promise((done) => setTimeout(done, pauseMs));
  }
  return true;
}
