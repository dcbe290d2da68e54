import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { isAbandoned, ownedPrefix } from "../process/owned-folder.js";

/** A control group that one run lives in. */
export interface MemoryCgroup {
  /** What to put before a command so that it starts in the group; it ends in `exec`. */
  readonly launcher: readonly string[];
  /** Removes the group, once its processes have ended. Throws nothing. */
  remove(): void;
}

/** A group of this host's in which it may make others. */
interface Parent {
  readonly path: string;
  /** Names of the files that bound memory, and memory with swap. */
  readonly files: readonly [string, string];
}

const V1 = ["memory.limit_in_bytes", "memory.memsw.limit_in_bytes"] as const;
const V2 = ["memory.max", "memory.swap.max"] as const;

let parent: Parent | undefined | null = null;

/** Whether memory can be bounded by a control group here: one must be delegated to this user. */
export function hasMemoryCgroup(): boolean {
  return parentGroup() !== undefined;
}

/** Makes the group of one run. Call only where {@link hasMemoryCgroup}. */
export function createMemoryCgroup(id: string, bytes: number): MemoryCgroup {
  const { path, files } = parentGroup() as Parent;
  for (const name of readdirSync(path).filter(isAbandoned)) tryRemove(join(path, name));
  const group = join(path, `${ownedPrefix()}${id}`);
  mkdirSync(group);
  writeFileSync(join(group, files[0]), String(bytes));
  const swap = join(group, files[1]);
  // v1 counts memory and swap together, v2 swap alone.
  if (existsSync(swap)) tryWrite(swap, files === V1 ? String(bytes) : "0");
  return {
    launcher: ["/bin/sh", "-c", 'echo $$ >"$0" && exec "$@"', join(group, "cgroup.procs")],
    remove: () => tryRemove(group),
  };
}

function parentGroup(): Parent | undefined {
  if (parent === null) parent = find();
  return parent;
}

function find(): Parent | undefined {
  if (process.platform !== "linux") return undefined;
  let lines: string[];
  try {
    lines = readFileSync("/proc/self/cgroup", "utf8").trim().split("\n");
  } catch {
    return undefined;
  }
  for (const line of lines) {
    const [hierarchy, controllers = "", ...rest] = line.split(":");
    const own = rest.join(":");
    if (controllers.split(",").includes("memory")) {
      const path = join("/sys/fs/cgroup/memory", own);
      if (isWritable(join(path, "cgroup.procs")) && isWritable(path)) return { path, files: V1 };
    } else if (hierarchy === "0") {
      // In v2 a group with processes has no groups with controllers below it: a host that was put into a leaf of what
      // is delegated makes others beside its own.
      for (const path of [own, dirname(own)].map((one) => join("/sys/fs/cgroup", one))) {
        if (isWritable(path) && isWritable(join(path, "cgroup.procs")) && controls(path))
          return { path, files: V2 };
      }
    }
  }
  return undefined;
}

function controls(path: string): boolean {
  try {
    return readFileSync(join(path, "cgroup.subtree_control"), "utf8").split(/\s/).includes("memory");
  } catch {
    return false;
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function tryRemove(group: string): void {
  try {
    rmdirSync(group);
  } catch {
    // A process that left the run's own group is still in it: without isolation it can't be found.
  }
}

function tryWrite(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch {
    // A kernel without accounting of swap has the file, and refuses.
  }
}
