/** About how many bytes a row's values take in memory: enough for a cap, without encoding anything. */
export function sizeOf(values: readonly unknown[]): number {
  let size = 16;
  for (const value of values) {
    if (typeof value === "string") size += 16 + value.length;
    else if (Array.isArray(value)) size += sizeOf(value);
    else size += 8;
  }
  return size;
}
