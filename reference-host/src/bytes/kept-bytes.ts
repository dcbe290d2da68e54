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

/** Whole groups of three, which base64 makes four characters of: blocks of it can be joined. */
const BLOCK_BYTES = 65_535;

/**
 * Creates an empty keeper. A block at a time becomes the text that the report wants: bytes and text of all of it at
 * once would be more than twice what is kept.
 */
export function createKeptBytes(budget: Budget): KeptBytes {
  let block: Buffer | undefined;
  let used = 0;
  let base64 = "";
  let count = 0;
  let kept = 0;
  const whole = (): string => base64 + (block?.toString("base64", 0, used) ?? "");
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
        block ??= Buffer.allocUnsafeSlow(BLOCK_BYTES);
        const copied = Math.min(take - from, BLOCK_BYTES - used);
        bytes.copy(block, used, from, from + copied);
        used += copied;
        from += copied;
        if (used < BLOCK_BYTES) continue;
        base64 += block.toString("base64");
        used = 0;
      }
    },
    toBase64: whole,
    toText: () => Buffer.from(whole(), "base64").toString("utf8"),
  };
}
