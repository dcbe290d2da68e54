/** Exit codes of `sandpipe`, after sysexits.h where it has one. */
export const EXIT = {
  conforms: 0,
  fails: 1,
  undecided: 2,
  usage: 64,
  unavailable: 69,
  kit: 70,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
