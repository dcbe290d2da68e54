import type { ReportShard } from "@sandpipe/spec/control";
import { UsageError } from "./usage-error.js";

/** Reads `i/n`, from 1. Throws `UsageError`. */
export function parseShard(text: string): ReportShard {
  const match = /^(\d{1,4})\/(\d{1,4})$/.exec(text);
  const [index, of] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || index < 1 || of < 1 || index > of)
    throw new UsageError(`--shard takes i/n with 1 ≤ i ≤ n, such as 2/4, not ${JSON.stringify(text)}`);
  return { index, of };
}

/** Every n-th item, so that dear areas are spread; each item is in exactly one shard. */
export function shardOf<T>(items: readonly T[], { index, of }: ReportShard): readonly T[] {
  return items.filter((_, at) => at % of === index - 1);
}
