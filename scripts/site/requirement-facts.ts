import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Row } from "@sandpipe/spec/requirement";
import { readCover } from "../read-cover.js";
import { VERSIONS } from "../versions.js";
import { codeLines, type CodeLine } from "./code-lines.js";
import { allPages, type SitePage } from "./page.js";

/** A requirement and everything in the project that is about it. */
export interface RequirementFacts {
  readonly version: "v0" | "v1";
  readonly row: Row;
  /** Whether the kit has a check of this name, and where it is written. */
  readonly checked: boolean;
  readonly check: readonly CodeLine[];
  readonly mutants: readonly { readonly name: string; readonly what: string }[];
  /** Ids of the vectors that cite it, by file. */
  readonly vectors: ReadonlyMap<string, readonly string[]>;
  /** Lines that name it, by implementation. */
  readonly code: ReadonlyMap<string, readonly CodeLine[]>;
  /** Pages of prose that cite it, and the heading above. */
  readonly cited: readonly { readonly page: string; readonly title: string; readonly heading: string }[];
}

const IMPLEMENTATIONS = [
  ["reference host", "reference-host"],
  ["reference sandbox", "reference-sandbox"],
  ...readdirSync("implementations", { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => [name, join("implementations", name)] as const),
] as const;

/** Everything about every requirement. Needs the built kit. */
export async function requirementFacts(prose: readonly SitePage[]): Promise<RequirementFacts[]> {
  const ids = new Set(VERSIONS.flatMap(({ rows }) => rows.map(({ id }) => id)));
  const checks = codeLines("conformance/src/checks", ids);
  const code = IMPLEMENTATIONS.map(([name, folder]) => [name, codeLines(folder, ids)] as const);
  const covers = await readCover();
  return VERSIONS.flatMap(({ name: version, rows }) => {
    const cover = covers.find((one) => one.version.name === version)?.cover;
    const vectors = vectorsOf(version);
    const cited = citations(
      prose.filter(({ path }) => path.startsWith(`${version}/`)),
      ids,
    );
    return rows.map((row): RequirementFacts => ({
      version,
      row,
      checked: cover?.checks.includes(row.id) ?? false,
      check: checks.get(row.id) ?? [],
      mutants: (cover?.mutants ?? []).filter(({ breaks }) => breaks === row.id),
      vectors: vectors.get(row.id) ?? new Map(),
      code: new Map(
        code.flatMap(([name, lines]) => {
          const own = lines.get(row.id);
          return own === undefined ? [] : [[name, own]];
        }),
      ),
      cited: cited.get(row.id) ?? [],
    }));
  });
}

function vectorsOf(version: string): Map<string, Map<string, string[]>> {
  const byId = new Map<string, Map<string, string[]>>();
  const folder = join("conformance/vectors", version);
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted()) {
    if (!name.endsWith(".json")) continue;
    const { vectors } = JSON.parse(readFileSync(join(folder, name), "utf8")) as {
      vectors: { id: string; requirements: string[] }[];
    };
    for (const { id, requirements } of vectors)
      for (const requirement of requirements) {
        const files = byId.get(requirement) ?? new Map<string, string[]>();
        files.set(name, [...(files.get(name) ?? []), id]);
        byId.set(requirement, files);
      }
  }
  return byId;
}

function citations(
  prose: readonly SitePage[],
  ids: ReadonlySet<string>,
): Map<string, RequirementFacts["cited"][number][]> {
  const found = new Map<string, RequirementFacts["cited"][number][]>();
  for (const { path, title, body } of allPages(prose)) {
    let heading = "";
    for (const line of body.split("\n")) {
      heading = /^##+ (.+)$/.exec(line)?.[1]?.replaceAll("`", "") ?? heading;
      for (const [, id = ""] of line.matchAll(/`([a-z]+(?::[a-z0-9-]+)+)`/g)) {
        if (!ids.has(id)) continue;
        const known = found.get(id) ?? [];
        if (!known.some((one) => one.page === path && one.heading === heading))
          found.set(id, [...known, { page: path, title, heading }]);
      }
    }
  }
  return found;
}
