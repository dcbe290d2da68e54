import { createHash } from "node:crypto";
import type { RunSession } from "@sandpipe/spec/control";
import type { FileInfo } from "@sandpipe/spec/v1";
import { FilesAppendParams, FilesCommitParams, FilesCreateParams } from "#validators";
import type { Deviations } from "./deviations.js";
import { defineMethod } from "./define-method.js";
import { badParams, kindError, type Method } from "./method.js";
import type { Store } from "./store.js";

interface Upload {
  readonly name: string;
  readonly mime: string | undefined;
  bytes: Buffer;
  committed: FileInfo | undefined;
}

/** `files.create`, `files.append` and `files.commit` (`data:upload:offset-repeats`). */
export function createUploadMethods(store: Store, deviations: Deviations): Method[] {
  const uploads = new Map<string, Upload>();
  const find = (id: string): Upload => {
    const upload = uploads.get(id);
    if (upload === undefined) throw kindError("not_found", "there is no such upload");
    return upload;
  };
  const publish = (upload: Upload, session: RunSession): FileInfo => store.add(upload, session);
  return [
    defineMethod("files.create", FilesCreateParams, ({ name, mime }) => {
      const uploadId = `upload-${uploads.size + 1}`;
      uploads.set(uploadId, { name, mime, bytes: Buffer.alloc(0), committed: undefined });
      return { uploadId };
    }),
    defineMethod(
      "files.append",
      FilesAppendParams,
      ({ uploadId, offset, content, encoding }, { session }) => {
        const upload = find(uploadId);
        const part = Buffer.from(content, encoding);
        const end = offset + part.length;
        if (upload.committed !== undefined && !deviations.has("upload-visible"))
          throw badParams("the upload is committed");
        const repeated = upload.bytes.length >= end && upload.bytes.subarray(offset, end).equals(part);
        if (repeated && part.length > 0 && !deviations.has("repeat-appended"))
          return { offset: upload.bytes.length };
        if (offset !== upload.bytes.length && !repeated && !deviations.has("any-offset-taken"))
          throw badParams("offset is neither the current length nor an exact repeat");
        upload.bytes = Buffer.concat([upload.bytes, part]);
        if (deviations.has("upload-visible")) upload.committed ??= publish(upload, session);
        return { offset: upload.bytes.length };
      },
    ),
    defineMethod("files.commit", FilesCommitParams, ({ uploadId, sha256 }, { session }) => {
      const upload = find(uploadId);
      const hash = createHash("sha256").update(upload.bytes).digest("hex");
      if (sha256 !== undefined && sha256 !== hash && !deviations.has("checksum-unchecked"))
        throw badParams("sha256 is not that of the parts");
      if (deviations.has("commit-stores-again")) return publish(upload, session);
      upload.committed ??= publish(upload, session);
      return upload.committed;
    }),
  ];
}
