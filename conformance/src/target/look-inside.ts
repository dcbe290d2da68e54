import type { RunReport } from "@sandpipe/spec/v1";
import type { InsideFindings } from "../probe/inside-plan.js";
import type { SeenInside } from "./host-seen.js";
import type { Bait } from "./isolation-bait.js";
import { poll, signalProcess } from "./processes.js";

/** How long is looked for what should go away by itself, as no event announces it. */
const GONE_POLL_MS = 2_000;

/** What the probe of isolated runs found and left; takes the bait away, and what the probe left. */
export async function lookInside(
  bait: Bait,
  report: RunReport | undefined,
  isolated: boolean,
): Promise<SeenInside | undefined> {
  const gone = await poll(() => bait.leftovers().length === 0, isolated ? GONE_POLL_MS : 0);
  for (const pid of bait.leftovers()) signalProcess(pid, "SIGKILL");
  bait.close();
  const found = report?.result;
  if (typeof found !== "object" || found === null) return undefined;
  return { ...(found as InsideFindings), left: !gone };
}
