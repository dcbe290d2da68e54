import { invalidParams, limitExceeded } from "./method-fault.js";

/** Entries of a page when the call names no limit, and at most. */
export const PAGE_ENTRIES = 250;

/** A cursor names the last entry seen by its position, a non-negative safe integer: later entries don't move it. */
export function encodeCursor(position: number): string {
  return position.toString(36);
}

/** @throws MethodError −32602 when it is no cursor of ours */
export function decodeCursor(cursor: string): number {
  // `data:page:bad-cursor`
  const position = /^[0-9a-z]{1,11}$/.test(cursor) ? Number.parseInt(cursor, 36) : NaN;
  if (Number.isSafeInteger(position)) return position;
  throw invalidParams("cursor must be the nextCursor of the page before; leave it out to begin anew.");
}

/** One entry more than the page may hold tells whether another page follows. */
export function entriesToFetch(limit: number | undefined): number {
  return Math.min(limit ?? PAGE_ENTRIES, PAGE_ENTRIES) + 1;
}

/**
 * As many of the fetched entries as the page may hold and its frame can carry; `more` when some are left.
 * @throws MethodError `limit_exceeded` when not even the first fits
 */
export function fitPage<T>(
  fetched: readonly T[],
  limit: number | undefined,
  frame: { readonly result: object; readonly maxResultBytes: number },
): { entries: T[]; more: boolean } {
  const most = entriesToFetch(limit) - 1;
  // The longest cursor is reserved for, whether it is needed or not.
  let room = frame.maxResultBytes - byteSize({ ...frame.result, nextCursor: encodeCursor(2 ** 53 - 1) });
  const entries: T[] = [];
  for (const entry of fetched.slice(0, most)) {
    room -= byteSize(entry) + 1;
    // `data:page:fits-frame`
    if (room < 0) break;
    entries.push(entry);
  }
  if (entries.length === 0 && fetched.length > 0) {
    throw limitExceeded("The next entry of this list is larger than a frame; it can't be sent.");
  }
  return { entries, more: entries.length < fetched.length };
}

function byteSize(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
