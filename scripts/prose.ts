/** Reads the specification's prose: which requirement ids it cites, and which sentences use RFC 2119 words. */

/** What a prose check needs of a requirement row. */
export interface CitedRow {
  readonly id: string;
  readonly area: string;
  readonly level: "MUST" | "SHOULD" | "MAY";
}

/** A page of prose. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

const KEYWORD = /\b(MUST|SHOULD|MAY)\b/g;
const CITATION = /`([a-z]+(?::[a-z0-9-]+)+)`/g;

/** Every fault of a version's prose against its rows, each as one line that says where and what. */
export function proseFaults(pages: readonly Page[], rows: readonly CitedRow[]): string[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const areas = new Set(rows.map((row) => row.area));
  const cited = new Set<string>();
  const faults: string[] = [];
  for (const { path, text } of pages) {
    for (const { line, sentence } of sentences(text)) {
      const ids = citations(sentence, areas);
      for (const id of ids) {
        cited.add(id);
        if (!byId.has(id)) faults.push(`${path}:${line}: \`${id}\` is no requirement of this version`);
      }
      if (sentence.includes("RFC 2119")) continue;
      const levels = new Set(ids.map((id) => byId.get(id)?.level));
      for (const word of new Set(sentence.match(KEYWORD) ?? []))
        if (!levels.has(word as CitedRow["level"]))
          faults.push(`${path}:${line}: ${word} without a row of that level: ${sentence}`);
    }
  }
  for (const { id } of rows) if (!cited.has(id)) faults.push(`\`${id}\` is cited nowhere in the prose`);
  return faults;
}

/** The ids in backticks whose first part is an area; other words with colons are none. */
export function citations(text: string, areas: ReadonlySet<string>): string[] {
  return [...text.matchAll(CITATION)]
    .map((match) => match[1] ?? "")
    .filter((id) => areas.has(id.slice(0, id.indexOf(":"))));
}

/** Sentences outside fenced code; a table's row is one. */
export function sentences(text: string): { line: number; sentence: string }[] {
  let fenced = false;
  return text.split("\n").flatMap((content, index) => {
    if (content.startsWith("```")) fenced = !fenced;
    if (fenced || content.startsWith("```") || content.trim() === "") return [];
    const parts = content.startsWith("|") ? [content] : content.split(/(?<=[.!?]|[.!?]\))\s+(?=[A-Z`"'[])/);
    return parts.map((sentence) => ({ line: index + 1, sentence: sentence.trim() }));
  });
}
