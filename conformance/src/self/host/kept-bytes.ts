/** The first bytes of a stream, up to a limit, and the number of all of them (`output:limit:counted`). */
export interface KeptBytes {
  add(bytes: Uint8Array): void;
  /** Takes room for bytes that are kept elsewhere; false when there isn't enough. */
  reserve(count: number): boolean;
  /** Gives room back that was reserved. */
  release(count: number): void;
  readonly total: number;
  readonly truncated: boolean;
  base64(): string;
}

/** Creates an empty store of at most so many bytes. */
export function createKeptBytes(limit: number): KeptBytes {
  const pieces: Uint8Array[] = [];
  let room = limit;
  let kept = 0;
  let total = 0;
  return {
    add(bytes) {
      total += bytes.length;
      // What is kept has no gap: room that comes free later is for emits.
      const piece = bytes.subarray(0, total - bytes.length > kept ? 0 : room);
      if (piece.length === 0) return;
      pieces.push(piece.slice());
      room -= piece.length;
      kept += piece.length;
    },
    reserve(count) {
      if (count > room) return false;
      room -= count;
      return true;
    },
    release(count) {
      room += count;
    },
    get total() {
      return total;
    },
    get truncated() {
      return total > kept;
    },
    base64: () => Buffer.concat(pieces).toString("base64"),
  };
}
