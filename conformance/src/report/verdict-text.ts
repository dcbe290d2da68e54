import type { Report } from "./report.js";

const TEXT: Readonly<Record<Report["verdict"], string>> = {
  conforms: "CONFORMS",
  "does-not-conform": "DOES NOT CONFORM",
  undecided: "UNDECIDED",
  "kit-fault": "FAULT OF THE KIT",
};

/** A verdict in words. */
export function verdictText({ verdict }: Pick<Report, "verdict">): string {
  return TEXT[verdict];
}
