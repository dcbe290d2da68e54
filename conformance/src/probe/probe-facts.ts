/** What the probe needs only in some sessions, loaded then: it must start quickly in all the others. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { Socket } from "node:net";
import type { Grandchild } from "./messages.js";

/** Starts a process that inherits the descriptors; resolves with its pid. */
export function startGrandchild({ setsid, writes, stream }: Grandchild): Promise<number> {
  const [file, ...args] = commandOf(writes, stream === "stderr" ? ">&2" : "");
  const child = spawn(file, args, { stdio: "inherit", detached: setsid });
  child.unref();
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("spawn", () => done(child.pid ?? -1));
  });
}

function commandOf(writes: Grandchild["writes"], to: string): [file: string, ...args: string[]] {
  if (writes === "without end") return ["sh", "-c", `exec yes ${to}`];
  if (writes === "now and then") return ["sh", "-c", `while echo . ${to}; do sleep 0.05; done`];
  return ["sleep", "600"];
}

/** The probe about itself. */
export function tell(what: "environment" | "descriptors" | "process", link: Socket): unknown {
  if (what === "environment") return { environment: process.env };
  if (what === "process") return { process: { pid: process.pid, ppid: process.ppid, pgid: processGroup() } };
  return { descriptors: descriptors(link) };
}

function processGroup(): number {
  const stat = readFileSync("/proc/self/stat", "utf8");
  // The command's name may hold spaces and brackets: fields are counted after its last bracket.
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]);
}

/**
 * What the host left open: all descriptors but the runtime's own. Those are event polls and the like, the null
 * device (a harmless one in any case), the socket to the kit, and pipes of which this process holds both ends.
 */
function descriptors(link: Socket): Record<string, string> {
  const kit = (link as unknown as { _handle?: { fd?: number } })._handle?.fd;
  const found = new Map<string, string>();
  for (const fd of readdirSync("/proc/self/fd")) {
    try {
      found.set(fd, readlinkSync(`/proc/self/fd/${fd}`));
    } catch {
      // The descriptor of the listing itself is gone by now.
    }
  }
  const targets = [...found.values()];
  const own = (fd: string, target: string): boolean =>
    Number(fd) > 2 &&
    (Number(fd) === kit ||
      target === "/dev/null" ||
      target.startsWith("anon_inode:") ||
      (target.startsWith("pipe:") && targets.filter((other) => other === target).length === 2));
  return Object.fromEntries([...found].filter(([fd, target]) => !own(fd, target)));
}
