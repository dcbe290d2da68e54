import type { Run } from "./run.js";

/** A run whose beginning must be loaded first; nothing is loaded before the first `read`. */
export function createDeferredRun(begin: () => Promise<Run>): Run {
  let beginning: Promise<Run> | undefined;
  let run: Run | undefined;
  let stopped = false;
  return {
    get columns() {
      return run?.columns ?? [];
    },
    async read() {
      if (stopped) return undefined;
      run = await (beginning ??= begin());
      if (stopped) run.stop();
      return run.read();
    },
    stop() {
      stopped = true;
      run?.stop();
    },
  };
}
