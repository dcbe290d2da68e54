import { CONTRACT_METHODS } from "@sandpipe/spec/v1";
import type { ContentEncoding, FilesReadParams, FilesReadResult } from "@sandpipe/spec/v1";
import { FilesReadParams as validate } from "#validators";
import { chain } from "../store/eventual.js";
import type { Eventual } from "../store/eventual.js";
import type { Store, StoredFile } from "../store/store.js";
import type { Method, MethodError } from "./method.js";
import { invalidParams, limitExceeded } from "./method-fault.js";
import { findFile } from "./session-scope.js";
import {
  MAX_CHARACTER_BYTES,
  bytesWithinJson,
  continuesCharacter,
  decodeUtf8,
  wholeCharacters,
} from "./utf8-range.js";

/** A range to read, within its file. */
interface Range {
  readonly file: StoredFile;
  readonly offset: number;
  /** Bytes asked for, or undefined for as many as fit; never beyond the file's end. */
  readonly length: number | undefined;
  readonly maxResultBytes: number;
}

/**
 * `files.read`: a range of bytes as text or base64. An offset at or behind the end gives nothing and eof
 * (`data:read:past-end`); a length that was asked for and can't fit one frame is `limit_exceeded`; a range that is no
 * UTF-8 can only be read as base64.
 */
export function filesRead(store: Store): Method<FilesReadParams, FilesReadResult> {
  return {
    name: "files.read",
    ...CONTRACT_METHODS["files.read"],
    validate,
    handle({ fileId, offset = 0, length, encoding }, { session, maxResultBytes }) {
      return chain(findFile(store, fileId, session), (file) => {
        const left = Math.max(0, file.info.size - offset);
        const range = {
          file,
          offset,
          length: length === undefined ? undefined : Math.min(length, left),
          maxResultBytes,
        };
        return encoding === "base64" ? readBase64(store, range) : readUtf8(store, range);
      });
    },
  };
}

function readBase64(store: Store, range: Range): Eventual<FilesReadResult> {
  const { file, offset, length } = range;
  const most = Math.floor(roomFor(range, "base64") / 4) * 3;
  if (length !== undefined && length > most) throw tooLong(most);
  return chain(store.readContent(file.content, offset, length ?? most), (bytes) => {
    const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
    return resultOf(file, offset, bytes.byteLength, { content, encoding: "base64" });
  });
}

function readUtf8(store: Store, range: Range): Eventual<FilesReadResult> {
  const { file, offset, length } = range;
  const room = roomFor(range, "utf8");
  // What is shortened to whole characters may fit all the same; what is escaped is measured with its response.
  if (length !== undefined && length >= room + MAX_CHARACTER_BYTES) throw tooLong(room);
  // One character more than asked for: to see where the last one ends, and the first one whole.
  const fetched = (length ?? room) + MAX_CHARACTER_BYTES;
  return chain(store.readContent(file.content, offset, fetched), (bytes) => {
    // `data:read:bad-range`
    if (bytes.byteLength > 0 && continuesCharacter(bytes[0] as number)) {
      throw invalidParams(
        `offset ${offset} lies inside a character; go on from offset + length of the answer before.`,
      );
    }
    const wanted = length ?? bytesWithinJson(bytes, room);
    const whole = bytes.subarray(0, wholeCharacters(bytes, wanted));
    const content = decodeUtf8(whole);
    // `data:read:not-utf8`
    if (content === undefined) {
      throw invalidParams(
        `The file is no UTF-8 text from offset ${offset} on; read it with encoding base64.`,
      );
    }
    return resultOf(file, offset, whole.byteLength, { content, encoding: "utf8" });
  });
}

/** Bytes left beside the other members (`data:read:fits-frame`); for a length that isn't known yet, its longest form. */
function roomFor({ file, offset, length, maxResultBytes }: Range, encoding: ContentEncoding): number {
  const { size } = file.info;
  const eof = length !== undefined && offset + length >= size;
  const envelope = { content: "", encoding, offset, length: length ?? size, size, eof };
  return maxResultBytes - JSON.stringify(envelope).length;
}

function tooLong(most: number): MethodError {
  return limitExceeded(`At most ${most} bytes fit one frame; ask for fewer, or leave length out.`);
}

function resultOf(
  file: StoredFile,
  offset: number,
  length: number,
  content: Pick<FilesReadResult, "content" | "encoding">,
): FilesReadResult {
  const { size } = file.info;
  // `data:read:ranges`
  return { ...content, offset, length, size, eof: offset + length >= size };
}
