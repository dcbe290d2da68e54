import type { ContentEncoding, SessionInfo } from "@sandpipe/spec/v1";
import { isStorableText } from "../store/storable-text.js";
import type { NewFile } from "../store/store.js";
import { invalidParams } from "./method-fault.js";

/** Bytes of UTF-8 that a file's name, and its MIME type, may have. */
const MAX_NAME_BYTES = 1_024;

/**
 * The bytes of a `content`.
 * @throws MethodError −32602 for a lone surrogate, which has no UTF-8, or base64 that isn't canonical (RFC 4648,
 * section 3.5): a lenient reader would store other bytes than were meant
 */
export function decodeContent(content: string, encoding: ContentEncoding): Buffer {
  if (encoding === "utf8") {
    if (content.isWellFormed()) return Buffer.from(content, "utf8");
    throw invalidParams(
      "content holds a lone surrogate; send well-formed text, or bytes with encoding base64.",
    );
  }
  const bytes = Buffer.from(content, "base64");
  if (bytes.toString("base64") === content) return bytes;
  throw invalidParams("content is no base64 with padding (RFC 4648, section 4).");
}

/**
 * A file to be stored under the session's own ids. Its name is a label and never a path of the host's: `../x` is as
 * good as any.
 * @throws MethodError −32602 for a name or MIME type that can't be kept
 */
export function newFile(name: string, mime: string | undefined, session: SessionInfo): NewFile {
  if (name === "") throw invalidParams("name must not be empty.");
  for (const [member, text] of Object.entries({ name, mime: mime ?? "" })) {
    if (!isStorableText(text)) throw invalidParams(`${member} may hold neither NUL nor lone surrogates.`);
    if (Buffer.byteLength(text) > MAX_NAME_BYTES) {
      throw invalidParams(`${member} may have at most ${MAX_NAME_BYTES} bytes of UTF-8.`);
    }
  }
  const { projectId, conversationId } = session;
  return {
    name,
    projectId,
    ...(conversationId !== undefined && { conversationId }),
    ...(mime !== undefined && { mime }),
  };
}
