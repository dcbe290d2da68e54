import type { Mutant } from "../mutant.js";

/** Faults against the requirements of the area `life`. */
export const lifeMutants = [
  {
    name: "spawn-failure-unnamed",
    breaks: "life:spawn:failed-report",
    what: "A command that can't be started gives a report without a reason.",
  },
  {
    name: "no-open-is-failed",
    breaks: "life:spawn:no-open",
    what: "Exit 0 without an open is an ordinary failure.",
  },
  { name: "protocol-unset", breaks: "life:environment:contract", what: "SANDPIPE_PROTOCOL is not set." },
  {
    name: "environment-inherited",
    breaks: "life:environment:allow-list",
    what: "The sandbox inherits the host's whole environment.",
  },
  {
    name: "environment-by-prefix",
    breaks: "life:environment:allow-list",
    what: "Variables that begin like an allowed one pass: HOMEBREW_TOKEN, PATH_SECRET.",
  },
  {
    name: "descriptor-leaked",
    breaks: "life:descriptors:none-leaked",
    what: "The sandbox inherits a descriptor of the host.",
  },
  {
    name: "no-group",
    breaks: "life:group:own",
    what: "The sandbox runs in the host's process group, and only it is killed.",
  },
  {
    name: "group-outlives-run",
    breaks: "life:group:own",
    what: "The group is left alone when its leader has exited.",
  },
  {
    name: "waits-for-pipe-end",
    breaks: "life:end:exit-not-eof",
    what: "The report waits for the end of stdout.",
  },
  {
    name: "stdout-end-ends-run",
    breaks: "life:end:stdout-closed",
    what: "A closed stdout is taken for the end of the run.",
  },
  {
    name: "no-close-notification",
    breaks: "life:end:escalates",
    what: "The end begins with the end of stdin, without session.close.",
  },
  { name: "kills-at-once", breaks: "life:end:escalates", what: "The end is SIGKILL at once." },
  {
    name: "no-sigterm",
    breaks: "life:end:escalates",
    what: "SIGKILL follows the end of stdin without a SIGTERM.",
  },
  {
    name: "grace-tenfold",
    breaks: "life:end:escalates",
    what: "Each step of the end takes ten times graceMs.",
  },
  {
    name: "timeout-reported-killed",
    breaks: "life:timeout:run",
    what: "A run that was too long is reported as killed.",
  },
  {
    name: "cancel-reported-failed",
    breaks: "life:cancel:killed",
    what: "A run that the user cancelled is reported as failed.",
  },
  { name: "signal-reported-killed", breaks: "life:signal:failed", what: "Any signal is reported as killed." },
  {
    name: "epipe-ends-host",
    breaks: "life:pipe:broken-survived",
    what: "EPIPE on one sandbox's pipe ends the host.",
  },
  {
    name: "left-handshake-waits",
    breaks: "life:open:half-written",
    what: "A sandbox that left before its result is waited for until runTimeoutMs.",
  },
  { name: "scratch-left", breaks: "life:end:reaped", what: "The scratch folder stays." },
  {
    name: "signals-leader-only",
    breaks: "life:end:group-signalled",
    what: "SIGTERM goes to the sandbox's process alone.",
  },
  {
    name: "stranger-holds-report",
    breaks: "life:end:stranger-writes",
    what: "The report waits until nobody has written for graceMs.",
  },
  {
    name: "child-outlives-host",
    breaks: "life:host-death:child-dies",
    what: "Nothing ends the sandbox when the host is killed.",
  },
  {
    name: "isolated-with-network",
    breaks: "life:isolation:no-network",
    what: "An isolated script shares the host's network.",
  },
  {
    name: "isolated-sees-host-files",
    breaks: "life:isolation:no-host-files",
    what: "An isolated script sees the whole file system, read-only.",
  },
  {
    name: "isolated-sees-processes",
    breaks: "life:isolation:no-processes",
    what: "An isolated script shares the host's processes.",
  },
  {
    name: "isolation-claimed",
    breaks: "life:isolation:reported",
    what: "A run that was bare is reported as isolated.",
  },
  {
    name: "isolation-unreported",
    breaks: "life:isolation:reported",
    what: "The report doesn't say what the isolation was.",
  },
  {
    name: "lingering-never-ended",
    breaks: "life:end:lingering",
    what: "A process that goes on after its result is left alone.",
  },
] as const satisfies readonly Mutant[];
