import type { Version } from "./stdout-reader.js";

/** Takes the versions that a host is to offer. Throws RangeError for none, one twice, and one that isn't spoken. */
export function checkProtocols(protocols: readonly number[]): readonly Version[] {
  const known = protocols.filter((version): version is Version => version === 0 || version === 1);
  if (known.length === 0 || new Set(known).size < protocols.length) {
    throw new RangeError(`protocols must be [1], [0] or [0, 1], not ${JSON.stringify(protocols)}`);
  }
  return known;
}

/** What SANDPIPE_PROTOCOL says; undefined for version 0 alone (`life:environment:no-version`). */
export function offerOf(protocols: readonly Version[]): string | undefined {
  return protocols.includes(1) ? [...protocols].sort((a, b) => a - b).join(",") : undefined;
}
