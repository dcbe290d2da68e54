import type { HostSeen } from "../../target/host-seen.js";
import type { Fact } from "../check.js";

/** What a run's end is bound to where a time is asked for: well above graceMs, far below ten times as much (R52). */
export const LATE = 4;

/** The report came within a few times graceMs of the exit. */
export function soonFact(seen: HostSeen, graceMs: number): Fact {
  const ms = (seen.times["ended"] ?? Infinity) - (seen.times["exit"] ?? 0);
  const most = graceMs * LATE + 900;
  const expected = `at most ${most} ms after the exit`;
  return {
    about: "the report",
    expected,
    actual: ms <= most ? expected : `${Math.round(ms)} ms after the exit`,
  };
}
