import { splitPair } from "../target/split-pair.js";
import { quote } from "./failure-text.js";
import type { Report } from "./report.js";

/** Both command lines of a pair, and the driver that made the sandbox work; nothing for one side alone. */
export function pairFacts({
  role,
  command,
  driver,
  subject,
}: Pick<Report, "role" | "command" | "driver" | "subject">): readonly (readonly [
  term: string,
  text: string,
])[] {
  const pair = role === "both" ? splitPair(command) : undefined;
  if (pair === undefined) return [];
  const shown = (words: readonly string[]): string => words.map(quote).join(" ");
  const { name = "a driver", language = "an unknown language" } = subject.driver ?? {};
  return [
    ["host", shown(pair.host)],
    ["sandbox", shown(pair.sandbox)],
    ["driver", `${name} in ${language}, ${driver ?? "the kit's own"}`],
  ];
}

/** What a report is of, in words. */
export function roleText(role: Report["role"]): string {
  return role === "both" ? "pair" : role;
}
