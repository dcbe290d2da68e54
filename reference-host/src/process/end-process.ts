import type { Clock } from "../session/clock.js";

/** What ending a process needs. */
export interface EndingParts {
  readonly graceMs: number;
  readonly clock: Clock;
  /** Sends `session.close`, then the end of stdin. */
  close(): void;
  signal(name: "SIGTERM" | "SIGKILL"): void;
}

/**
 * Ends a sandbox step by step (`life:end:escalates`): close and EOF, after graceMs SIGTERM, after graceMs SIGKILL.
 * The returned function stops the escalation, once the process has exited.
 */
export function endProcess({ graceMs, clock, close, signal }: EndingParts): () => void {
  close();
  let stop = clock.after(graceMs, () => {
    signal("SIGTERM");
    stop = clock.after(graceMs, () => signal("SIGKILL"));
  });
  return () => stop();
}
