import { closeSync, readFileSync, readdirSync } from "node:fs";

/** O_CLOEXEC as /proc writes it, in octal. */
const CLOSE_ON_EXEC = 0o2000000;

/**
 * Closes what this process inherited beyond 0, 1 and 2 and would pass on to every sandbox
 * (`life:descriptors:none-leaked`). Node marks only low numbers close-on-exec at its start, and can't mark the
 * others later. For a program's first lines: a descriptor that somebody means to use must not be closed later on.
 */
export function closeInheritedDescriptors(): void {
  // Bun's own descriptors are not all marked.
  if (process.versions["bun"] !== undefined) return;
  let names: string[];
  try {
    names = readdirSync("/proc/self/fdinfo");
  } catch {
    return; // No /proc: nothing can be known.
  }
  for (const descriptor of names.map(Number)) {
    if (descriptor > 2 && isInheritable(descriptor)) closeSync(descriptor);
  }
}

function isInheritable(descriptor: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8"))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
  } catch {
    return false; // The listing's own descriptor, closed by now.
  }
}
