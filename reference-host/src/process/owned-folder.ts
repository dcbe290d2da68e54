import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** `sandpipe-`, the owner (process namespace, pid, start), and what tells one from the next. */
const NAME = /^sandpipe-(\d+)-(\d+)-(\d+)-[\w-]+$/;

let swept = false;

/**
 * Makes a temporary folder that only this user can enter, and that a later host removes when this one was killed. The
 * first one of a process removes what others left.
 */
export function makeOwnedFolder(): string {
  if (!swept) sweepAbandonedFolders();
  swept = true;
  return realpathSync(mkdtempSync(join(tmpdir(), ownedPrefix())));
}

/** What names of this process's own begin with; whether their owner is gone {@link isAbandoned} tells. */
export function ownedPrefix(): string {
  // The owner is in the name: a file in the folder could be written by the script, or not be written yet.
  const { namespace, pid, start } = self();
  return `sandpipe-${namespace}-${pid}-${start}-`;
}

/**
 * Whether a name is one of an owner who is gone. One of another process namespace, where its pid means nothing here,
 * may live.
 */
export function isAbandoned(name: string): boolean {
  const [, namespace, pid, start] = NAME.exec(name) ?? [];
  if (namespace === undefined || pid === undefined) return false;
  // "0": made where there is no /proc; nothing can be known.
  return namespace !== "0" && namespace === namespaceOf("self") && startOf(pid) !== start;
}

/** Removes a folder with everything in it, whatever modes a script gave to it. Throws nothing. */
export function removeFolder(path: string): void {
  const options = { recursive: true, force: true, maxRetries: 3 } as const;
  try {
    rmSync(path, options);
  } catch {
    try {
      unlock(path);
      rmSync(path, options);
    } catch {
      // Somebody outside the group still writes there: without isolation nothing more can be done.
    }
  }
}

/** A script may have taken its own folders' write bits. */
function unlock(folder: string): void {
  chmodSync(folder, 0o700);
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    // Not followed: a link may lead anywhere.
    if (lstatSync(path).isDirectory()) unlock(path);
  }
}

/** Removes what killed hosts of this user left behind. Throws nothing. */
function sweepAbandonedFolders(): void {
  const folder = tmpdir();
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return;
  }
  for (const name of names) {
    const path = join(folder, name);
    if (isAbandoned(name) && isOurs(path)) removeFolder(path);
  }
}

function self(): { namespace: string; pid: string; start: string } {
  return {
    namespace: namespaceOf("self") ?? "0",
    pid: String(process.pid),
    start: startOf("self") ?? "0",
  };
}

function isOurs(path: string): boolean {
  try {
    const stats = lstatSync(path);
    return stats.isDirectory() && stats.uid === process.getuid?.();
  } catch {
    return false;
  }
}

function namespaceOf(pid: string): string | undefined {
  try {
    return /\d+/.exec(readlinkSync(`/proc/${pid}/ns/pid`))?.[0];
  } catch {
    return undefined;
  }
}

/** Clock ticks from boot to the start of a process: a later process of the same pid has another. */
function startOf(pid: string): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name, in parentheses, may hold anything; the fields behind it are numbers. A zombie is gone.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
