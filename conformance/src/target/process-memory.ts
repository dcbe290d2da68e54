import { readFileSync } from "node:fs";

/** Bytes of memory of the process that is this one's parent, now and at most so far; undefined without /proc. */
export function parentMemory(pid: number): { readonly now: number; readonly peak: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command's name may hold spaces and brackets: fields are counted after its last bracket.
    const parent = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
    const status = readFileSync(`/proc/${parent}/status`, "utf8");
    const kibibytes = (name: string): number =>
      Number(new RegExp(`${name}:\\s+(\\d+)`, "u").exec(status)?.[1] ?? 0);
    return { now: kibibytes("VmRSS") * 1024, peak: kibibytes("VmHWM") * 1024 };
  } catch {
    return undefined;
  }
}
