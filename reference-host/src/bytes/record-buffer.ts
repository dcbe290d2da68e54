/** Holds the bytes of one record that arrives in pieces. */
export interface RecordBuffer {
  readonly length: number;
  append(chunk: Buffer, from: number, to: number): void;
  /** The bytes so far; valid until the next append or clear. */
  bytes(): Buffer;
  clear(): void;
}

const INITIAL_BYTES = 4_096;
/** Room that is kept from one record to the next; more is given back. */
const KEPT_BYTES = 65_536;

/**
 * Creates a buffer that grows by doubling up to `limit`: a record in one-byte pieces costs linear time and never
 * more memory than `limit` allows, where a list of its pieces would cost a hundredfold.
 */
export function createRecordBuffer(limit: number): RecordBuffer {
  let room = Buffer.alloc(0);
  let length = 0;
  return {
    get length() {
      return length;
    },
    append(chunk, from, to) {
      const needed = length + to - from;
      if (needed > room.length) {
        const grown = Buffer.allocUnsafeSlow(
          Math.min(limit, Math.max(needed, room.length * 2, INITIAL_BYTES)),
        );
        room.copy(grown, 0, 0, length);
        room = grown;
      }
      chunk.copy(room, length, from, to);
      length = needed;
    },
    bytes: () => room.subarray(0, length),
    clear() {
      length = 0;
      if (room.length > KEPT_BYTES) room = Buffer.alloc(0);
    },
  };
}
