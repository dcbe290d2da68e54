/** The project's scripts are outside of this package's sources. */
const SCRIPT = new URL("../../../scripts/services/install.ts", import.meta.url).href;

/** For tests: installs bubblewrap where this machine has none. */
export async function needBwrap(): Promise<void> {
  const { ensureInstalled } = (await import(SCRIPT)) as {
    ensureInstalled(program: string, debianPackage: string): void;
  };
  ensureInstalled("/usr/bin/bwrap", "bubblewrap");
}
