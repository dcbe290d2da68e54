import type { HostSeen } from "./host-seen.js";
import { isAlive, poll, signalProcess } from "./processes.js";

/** How long is looked for what should go away by itself, as no event announces it. */
const GONE_POLL_MS = 2_000;

/** What a session started or was given, and what should be gone after it. */
export interface Leftovers {
  readonly probe: number | undefined;
  readonly grandchildren: readonly { readonly setsid: boolean; readonly pid: number }[];
  /** Whether the session's scratch folder is gone; absent when it was given none. */
  readonly scratchIsGone: (() => boolean) | undefined;
  /** Whether the host said that it had ended the run: only then can it have left something behind. */
  readonly ended: boolean;
}

/** Looks at what is left of a session and then ends it. */
export async function clearLeftovers(
  left: Leftovers,
): Promise<Pick<HostSeen, "probeAlive" | "probeReaped" | "scratchGone" | "grandchildren">> {
  const { probe, ended, scratchIsGone } = left;
  const isGone = (pid: number): Promise<boolean> => poll(() => !isAlive(pid), GONE_POLL_MS);
  const probeAlive = probe !== undefined && !(await isGone(probe));
  const reapMs = probeAlive || !ended ? 0 : GONE_POLL_MS;
  const probeReaped = probe === undefined || (await poll(() => !signalProcess(probe, 0), reapMs));
  const scratchGone = scratchIsGone && (await poll(scratchIsGone, ended ? GONE_POLL_MS : 0));
  const grandchildren: { setsid: boolean; alive: boolean }[] = [];
  for (const { setsid, pid } of left.grandchildren)
    grandchildren.push({ setsid, alive: setsid ? isAlive(pid) : !(await isGone(pid)) });
  for (const { pid } of left.grandchildren) signalProcess(pid, "SIGKILL");
  if (probeAlive) signalProcess(probe, "SIGKILL");
  return { probeAlive, probeReaped, scratchGone, grandchildren };
}
