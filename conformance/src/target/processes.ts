import { readdirSync, readFileSync } from "node:fs";

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

/**
 * The processes that make up the host of a probe: those between the leader of the probe's group and the adapter, the
 * nearest first. Whoever starts an adapter through `npx` or a shell starts several. Without /proc the adapter alone.
 */
export function hostProcesses(probe: number, adapter: number): number[] {
  const group = relatives(probe)?.group;
  const leader = group === undefined || group === relatives(adapter)?.group ? probe : group;
  const chain: number[] = [];
  for (let pid = relatives(leader)?.parent ?? 0; pid > 1; pid = relatives(pid)?.parent ?? 0) {
    chain.push(pid);
    if (pid === adapter) return chain;
  }
  return [adapter];
}

/**
 * Kills what was started with this text in its environment and is outside a group: what left it by setsid, double fork
 * included, and is nobody's child any more. Returns how many there were; none where there is no /proc.
 */
export function killEscaped(mark: string, group: number): number {
  const escaped = processIds().filter((pid) => isMarked(pid, mark) && relatives(pid)?.group !== group);
  return escaped.filter((pid) => isAlive(pid) && signalProcess(pid, "SIGKILL")).length;
}

function processIds(): readonly number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function isMarked(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`).includes(mark);
  } catch {
    // It is gone, or another user's.
    return false;
  }
}

function relatives(pid: number): { readonly parent: number; readonly group: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command's name may hold spaces and brackets: fields are counted after its last bracket.
    const [, parent, group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { parent: Number(parent), group: Number(group) };
  } catch {
    return undefined;
  }
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
