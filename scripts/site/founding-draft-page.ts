import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ReportFailure } from "@sandpipe/spec/control";
import { folded, html, plainCode, table } from "./html.js";
import type { SitePage } from "./page.js";

const DATA = "docs/data/founding-draft.json";
const ABOUT = "implementations/founding-draft/README.md";

interface ToldCheck {
  readonly id: string;
  readonly level: string;
  readonly text: string;
  readonly intent: string;
  readonly verdict: string;
  readonly reason?: string;
  readonly failure?: Pick<ReportFailure, "facts" | "transcript">;
}

interface Told {
  readonly command: readonly string[];
  readonly verdict: string;
  readonly sessions: number;
  readonly exchanges: number;
  readonly checks: readonly ToldCheck[];
}

type TranscriptLines = (
  transcript: ReportFailure["transcript"],
  role: "host" | "sandbox",
) => readonly string[];

/** What the kit finds in the snippets of the founding document, with the sessions that show it. */
export async function foundingDraftPage(path: string): Promise<SitePage> {
  const title = "The story of the founding draft";
  if (!existsSync(DATA))
    return { path, title, body: "Nothing was run yet. `npx tsx scripts/founding-draft.ts` makes this page." };
  const { date, kit, seed, host, sandbox } = JSON.parse(readFileSync(DATA, "utf8")) as {
    readonly date: string;
    readonly kit: string;
    readonly seed: number;
    readonly host: Told;
    readonly sandbox: Told;
  };
  // What a person at a terminal sees.
  const { transcriptLines } = (await import(
    pathToFileURL(join(process.cwd(), "conformance/dist/report/transcript-lines.js")).href
  )) as { transcriptLines: TranscriptLines };
  const story = (role: "host" | "sandbox", told: Told): string[] => [
    `## The ${role === "host" ? "backend handler" : "wrapper"}`,
    `A ${role}, judged by version 0: **${told.verdict.replaceAll("-", " ")}**, in ${told.sessions} sessions with ${told.exchanges.toLocaleString("en-GB")} exchanges.`,
    table(
      ["requirement", "level", "verdict"],
      told.checks.map(({ id, level, verdict }) => [`\`${id}\``, level, verdictOf(verdict)]),
    ),
    ...told.checks.flatMap((check) => failureOf(check, (events) => transcriptLines(events, role))),
  ];
  const body = [
    `Sandpipe began with a design document and two snippets. Run as they stand, they are the kit's first subjects: a kit that passed them would be worth nothing. What is wrong with them in words: [The founding draft, as it was written](/${ABOUT}).`,
    `Judged on ${date} by kit ${kit}, seed ${seed}; the data: [founding-draft.json](/${DATA}).`,
    ...story("sandbox", sandbox),
    ...story("host", host),
  ];
  return { path, title, body: body.join("\n\n") };
}

function failureOf(
  { id, text, intent, failure }: ToldCheck,
  lines: (transcript: ReportFailure["transcript"]) => readonly string[],
): string[] {
  if (failure === undefined) return [];
  const value = (one: unknown): string => {
    const shown = typeof one === "string" ? one : JSON.stringify(one);
    return `<code>${html(shown.length > 200 ? `${shown.slice(0, 200)}…` : shown)}</code>`;
  };
  return [
    `### ${id} fails`,
    `**${text}** ${intent}`,
    table(
      ["about", "expected", "actual"],
      failure.facts.map(({ about, expected, actual }) => [html(about), value(expected), value(actual)]),
    ),
    folded("The smallest session that shows it", plainCode(lines(failure.transcript).join("\n"))),
  ];
}

function verdictOf(verdict: string): string {
  const how = verdict === "pass" ? "good" : verdict === "fail" ? "bad" : "silent";
  return `<span class="${how}">${verdict.replaceAll("-", " ")}</span>`;
}
