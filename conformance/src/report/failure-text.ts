import type { Row } from "@sandpipe/spec/requirement";
import type { CheckResult, Failure, Report } from "./report.js";
import { WRITE_MARK } from "@sandpipe/viewer";
import type { Style } from "./style.js";
import { transcriptLines } from "./transcript-lines.js";
import { comparedTexts } from "./value-text.js";
import { visible } from "./visible.js";

const MAX_FACTS = 5;
const MAX_STDERR_LINES = 20;

/** Who has to mend it, in words. */
export const BLAME: Readonly<Record<Failure["blame"], string>> = {
  implementation: "the implementation",
  adapter: "the adapter, not the implementation: nothing is known of it from this session",
  "host-or-sandbox": "one of the two; `sandpipe test` of each alone tells which",
  "adapter-or-implementation": "the adapter's process, which holds the adapter and the implementation",
};

/** What a person needs to mend a failure: the rule, the session, expected beside actual, and how to run it again. */
export function failureText(
  result: CheckResult,
  row: Row | undefined,
  report: Pick<Report, "role" | "command" | "driver">,
  style: Style,
): string {
  const { failure } = result;
  const head = `${style.red("✗")} ${style.bold(result.id)}  ${result.level}  ${style.red(result.verdict)}`;
  const rule = row ? [`  ${row.text}`, style.dim(`  Why: ${row.intent}`)] : [];
  if (!failure) return [head, ...rule, `  ${result.reason ?? ""}`].join("\n");
  const how = failure.minimal ? "the smallest session that fails" : "a session that fails, not minimal";
  const repeats = `failed in ${failure.failed} of ${failure.of} runs`;
  const cut = failure.transcript.some((event) => event.writes !== undefined);
  const writes = cut ? `, ${WRITE_MARK} where one write ended and the next began` : "";
  return [
    head,
    ...rule,
    ...(result.reason === undefined ? [] : [`  ${result.reason}`]),
    "",
    style.dim(`  ${how} (${repeats}), milliseconds since its start${writes}:`),
    ...transcriptLines(failure.transcript, report.role, failure.facts).map((line) => `  ${line}`),
    "",
    ...factLines(failure, style),
    ...stderrLines(failure.stderr, style),
    `  To blame: ${BLAME[failure.blame]}`,
    `  Replay:   ${replayLine(failure.token, report)}`,
    ...(failure.saved === undefined ? [] : [`  Saved:    ${failure.saved}`]),
  ].join("\n");
}

function factLines(failure: Failure, style: Style): readonly string[] {
  const lines = failure.facts.slice(0, MAX_FACTS).flatMap(({ about, ...values }) => {
    const { expected, actual } = comparedTexts(values.expected, values.actual);
    return [
      `  ${visible(about)}`,
      `    expected  ${style.green(expected)}`,
      `    actual    ${style.red(actual)}`,
    ];
  });
  const more = failure.facts.length - MAX_FACTS;
  return more > 0 ? [...lines, `  and ${more} more`] : lines;
}

function stderrLines(stderr: string, style: Style): readonly string[] {
  const lines = stderr.trimEnd().split("\n");
  if (lines.length === 1 && lines[0] === "") return [];
  const shown = lines.slice(-MAX_STDERR_LINES).map((line) => `    ${visible(line)}`);
  const left = lines.length - shown.length;
  const title =
    left > 0
      ? `  Its stderr meanwhile (the last ${shown.length} of ${lines.length} lines):`
      : "  Its stderr meanwhile:";
  return [style.dim(title), ...shown];
}

/** One line to paste into a shell. */
export function replayLine(token: string, subject: SubjectLine): string {
  return `npx sandpipe replay ${token} ${subjectWords(subject)}`;
}

/** What a line of the kit's needs to reach a subject again. */
export type SubjectLine = Pick<Report, "command" | "driver">;

/** The end of a line that reaches the subject again: its driver, if it has one of its own, and its command. */
export function subjectWords({ command, driver }: SubjectLine): string {
  const own = driver === undefined ? [] : ["--driver", quote(driver)];
  return [...own, "--", ...command.map(quote)].join(" ");
}

/** A word as a POSIX shell takes it. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
