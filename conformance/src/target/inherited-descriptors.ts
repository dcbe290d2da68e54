import { readdirSync, readlinkSync } from "node:fs";
import type { Told } from "./host-seen.js";

/**
 * Takes out of a probe's descriptors what the kit itself was started with and passed on, such as a pipe of the
 * machine that runs it: not the host's doing.
 */
export function withoutInherited(told: Told): Told {
  const { descriptors } = told;
  if (descriptors === undefined) return told;
  const inherited = new Set(ownTargets());
  const kept = Object.entries(descriptors).filter(
    ([fd, target]) => Number(fd) <= 2 || !inherited.has(target),
  );
  return { ...told, descriptors: Object.fromEntries(kept) };
}

function ownTargets(): string[] {
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      // The descriptor of the listing itself is gone by now.
      return [];
    }
  });
}
