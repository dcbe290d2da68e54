import { chain } from "../store/eventual.js";
import type { Eventual } from "../store/eventual.js";
import type { ContentWriter, NewFile, StoredFile } from "../store/store.js";
import { invalidParams, limitExceeded } from "./method-fault.js";
import type { Quota } from "./storage-quota.js";

/** One upload: parts in, a file out. */
export interface Upload {
  /**
   * Takes a part at the current length, or an exact repeat of an earlier part, and returns where the part ends.
   * @throws MethodError −32602 for any other offset, length or bytes (`data:upload:offset-repeats`)
   */
  append(offset: number, bytes: Uint8Array): Eventual<number>;
  /** Files it, once `check` has not thrown at its hash. A commit that came with another gets the same answer. */
  commit(check: (sha256: string) => void): Eventual<StoredFile>;
  discard(): Eventual<void>;
}

/** Parts of one upload: their offsets are remembered, to know a repeat. */
const MAX_PARTS = 65_536;

/** An upload without bytes. Its calls take effect one after the other, also over a store that answers later. */
export function createUpload(writer: ContentWriter, file: NewFile, quota: Quota): Upload {
  const parts = new Map<number, number>();
  let stored: StoredFile | undefined;
  let before: Eventual<void>;

  function inTurn<T>(work: () => Eventual<T>): Eventual<T> {
    const result = chain(before, work);
    before = result instanceof Promise ? result.then(forget, forget) : undefined;
    return result;
  }

  function repeat(offset: number, bytes: Uint8Array): Eventual<number> {
    const end = offset + bytes.byteLength;
    const wrong = invalidParams(
      `offset must be ${writer.length}, the upload's length, or repeat an earlier part with the same bytes.`,
    );
    if (parts.get(offset) !== bytes.byteLength) throw wrong;
    return chain(writer.read(offset, bytes.byteLength), (there) => {
      if (Buffer.compare(there, bytes) !== 0) throw wrong;
      return end;
    });
  }

  return {
    append: (offset, bytes) =>
      inTurn(() => {
        if (stored !== undefined) throw invalidParams("This upload is committed; create another.");
        if (offset !== writer.length) return repeat(offset, bytes);
        if (bytes.byteLength === 0) return offset;
        if (parts.size >= MAX_PARTS) {
          throw limitExceeded(`An upload may have at most ${MAX_PARTS} parts; send larger ones.`);
        }
        quota.take(bytes.byteLength, writer.length);
        return chain(writer.append(bytes), () => {
          parts.set(offset, bytes.byteLength);
          return offset + bytes.byteLength;
        });
      }),
    commit: (check) =>
      inTurn(() => {
        check(writer.sha256());
        return (
          stored ??
          // `data:upload:invisible-until-commit`
          chain(writer.finish(file), (finished) => {
            stored = finished;
            return finished;
          })
        );
      }),
    discard: () => inTurn(() => writer.discard()),
  };
}

function forget(): void {}
