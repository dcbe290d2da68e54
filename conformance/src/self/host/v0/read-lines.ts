import { createLineReader, type LineReader } from "../../../wire/lines.js";
import type { Deviations } from "../deviations.js";

/** The kit's reader of lines with the seams of faults in reading. */
export function createBentLineReader(deviations: Deviations): LineReader {
  const reader = createLineReader();
  const separator = deviations.has("v0-splits-at-separators")
    ? /[\u2028\u2029\u0085]/u
    : deviations.has("v0-splits-at-cr")
      ? /\r/u
      : undefined;
  const split = (line: Uint8Array): Uint8Array[] => {
    const pieces = separator === undefined ? [] : Buffer.from(line).toString("utf8").split(separator);
    return pieces.length < 2 ? [line] : pieces.map((piece) => Buffer.from(`${piece}\n`));
  };
  return {
    push(chunk) {
      const bytes = deviations.has("v0-decodes-each-chunk")
        ? Buffer.from(Buffer.from(chunk).toString("utf8"))
        : chunk;
      const lines = reader.push(bytes).flatMap(split);
      if (deviations.has("v0-one-line-a-read")) return lines.slice(0, 1);
      return deviations.has("v0-parses-each-chunk") ? [...lines, ...reader.end()] : lines;
    },
    end: () => reader.end(),
  };
}
