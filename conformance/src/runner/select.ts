import type { Row } from "@sandpipe/spec/requirement";
import type { Subject } from "../target/target.js";

/** Whether an id matches a glob: `*` stands for any run of characters, `?` for one; a bare area names all its ids. */
export function matchesGlob(id: string, glob: string): boolean {
  if (id === glob || id.startsWith(`${glob}:`)) return true;
  const pattern = glob
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${pattern}$`).test(id);
}

/** Which ids a selection keeps: any of `only` (all, when there is none) and none of `skip`. */
export function selects(id: string, only: readonly string[], skip: readonly string[]): boolean {
  const wanted = only.length === 0 || only.some((glob) => matchesGlob(id, glob));
  return wanted && !skip.some((glob) => matchesGlob(id, glob));
}

const PROFILES = ["core", "full", "strict"] as const;

/** Whether a profile judges a row. */
export function inProfile(row: Row, profile: Row["profile"]): boolean {
  return PROFILES.indexOf(row.profile) <= PROFILES.indexOf(profile);
}

/** A feature that is wanted and that the subject doesn't declare. */
export function missingFeature(
  row: Row,
  needs: readonly string[],
  subject: Pick<Subject, "features" | "transports" | "protocols">,
): string | undefined {
  const v0 = subject.protocols.includes(0) ? ["v0"] : [];
  const declared = new Set([...subject.features, ...subject.transports, ...v0]);
  return [...(row.feature === undefined ? [] : [row.feature]), ...needs].find((name) => !declared.has(name));
}
