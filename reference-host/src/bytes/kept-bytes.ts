/** Room that several keepers share, in bytes. */
export interface Budget {
  /** Takes up to `wanted` bytes and says how many it got. */
  take(wanted: number): number;
  give(bytes: number): void;
}

/** Creates a budget of `limit` bytes. */
export function createBudget(limit: number): Budget {
  let left = limit;
  return {
    take(wanted) {
      const got = Math.min(wanted, left);
      left -= got;
      return got;
    },
    give(bytes) {
      left += bytes;
    },
  };
}

/** Bytes kept for the report up to a budget, then only counted (`output:limit:counted`). */
export interface KeptBytes {
  append(bytes: Buffer): void;
  /** All that came, kept or not. */
  readonly count: number;
  readonly truncated: boolean;
  toBase64(): string;
  /** As UTF-8, with U+FFFD for what is none. */
  toText(): string;
}

const BLOCK_BYTES = 65_536;

/** Creates an empty keeper. Copies into blocks, so a million one-byte prints cost a million bytes. */
export function createKeptBytes(budget: Budget): KeptBytes {
  const blocks: Buffer[] = [];
  let used = BLOCK_BYTES;
  let count = 0;
  let kept = 0;
  return {
    get count() {
      return count;
    },
    get truncated() {
      return count > kept;
    },
    append(bytes) {
      // Once a byte is dropped nothing after it is kept: what is kept is a prefix.
      const take = count > kept ? 0 : budget.take(bytes.length);
      count += bytes.length;
      kept += take;
      for (let from = 0; from < take;) {
        if (used === BLOCK_BYTES) {
          blocks.push(Buffer.allocUnsafeSlow(BLOCK_BYTES));
          used = 0;
        }
        const copied = Math.min(take - from, BLOCK_BYTES - used);
        bytes.copy(blocks.at(-1) as Buffer, used, from, from + copied);
        used += copied;
        from += copied;
      }
    },
    toBase64: () => Buffer.concat(blocks, kept).toString("base64"),
    toText: () => Buffer.concat(blocks, kept).toString("utf8"),
  };
}
