/** Bytes `first` to `last`, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

const BYTES_UNIT = /^bytes[ \t]*=[ \t]*(.*)$/i;
const ONE_RANGE = /^([0-9]*)-([0-9]*)$/;

/**
 * What a Range header asks of `size` bytes (RFC 9110, section 14): undefined for all of them, where it is absent,
 * malformed, of another unit or of several ranges, which a server may ignore.
 */
export function readByteRange(
  header: string | undefined,
  size: number,
): ByteRange | "unsatisfiable" | undefined {
  const set = BYTES_UNIT.exec(header ?? "")?.[1];
  const match = ONE_RANGE.exec(set?.trim() ?? "");
  if (match === null) return undefined;
  const [, from = "", to = ""] = match;
  if (from === "") {
    if (to === "") return undefined;
    const length = Math.min(Number(to), size);
    if (Number(to) === 0) return "unsatisfiable";
    // Satisfiable, but no Content-Range could say so.
    return size === 0 ? undefined : { first: size - length, last: size - 1 };
  }
  const first = Number(from);
  if (to !== "" && Number(to) < first) return undefined;
  if (first >= size) return "unsatisfiable";
  return { first, last: to === "" ? size - 1 : Math.min(Number(to), size - 1) };
}
