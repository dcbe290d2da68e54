import { randomUUID } from "node:crypto";
import { CONTRACT_METHODS } from "@sandpipe/spec/v1";
import type {
  FileInfo,
  FilesAppendParams,
  FilesAppendResult,
  FilesCommitParams,
  FilesCreateParams,
  FilesCreateResult,
} from "@sandpipe/spec/v1";
import {
  FilesAppendParams as validateAppend,
  FilesCommitParams as validateCommit,
  FilesCreateParams as validateCreate,
} from "#validators";
import { chain } from "../store/eventual.js";
import type { Eventual } from "../store/eventual.js";
import type { Store } from "../store/store.js";
import { decodeContent, newFile } from "./file-content.js";
import type { Method } from "./method.js";
import { invalidParams, limitExceeded, notFound } from "./method-fault.js";
import type { Quota } from "./storage-quota.js";
import { createUpload } from "./upload.js";
import type { Upload } from "./upload.js";

/** The three methods of uploads, and the uploads of one session. */
export interface Uploads {
  readonly methods: readonly Method[];
  /** Gives up what was not committed: an upload left open ends with its session. */
  discard(): Promise<void>;
}

/** Committed uploads that are remembered for a repeated commit. */
const MAX_REMEMBERED = 10_000;

/** `files.create`, `files.append` and `files.commit` (feature `upload`). */
export function createUploads(store: Store, quota: Quota): Uploads {
  const open = new Map<string, Upload>();
  const committed = new Map<string, FileInfo>();

  function find(uploadId: string): Upload {
    const upload = open.get(uploadId);
    if (upload !== undefined) return upload;
    if (committed.has(uploadId)) throw invalidParams("This upload is committed; create another.");
    throw notFound("upload");
  }

  const create: Method<FilesCreateParams, FilesCreateResult> = {
    name: "files.create",
    ...CONTRACT_METHODS["files.create"],
    validate: validateCreate,
    handle({ name, mime }, { session }) {
      const file = newFile(name, mime, session);
      if (open.size >= quota.limits.openUploads) {
        throw limitExceeded(`At most ${quota.limits.openUploads} uploads may be open; commit one first.`);
      }
      const uploadId = randomUUID();
      open.set(uploadId, createUpload(store.writeContent(), file, quota));
      return { uploadId };
    },
  };

  const append: Method<FilesAppendParams, FilesAppendResult> = {
    name: "files.append",
    ...CONTRACT_METHODS["files.append"],
    validate: validateAppend,
    handle({ uploadId, offset, content, encoding }) {
      const bytes = decodeContent(content, encoding);
      return chain(find(uploadId).append(offset, bytes), (next) => ({ offset: next }));
    },
  };

  const commit: Method<FilesCommitParams, FileInfo> = {
    name: "files.commit",
    ...CONTRACT_METHODS["files.commit"],
    validate: validateCommit,
    handle({ uploadId, sha256 }): Eventual<FileInfo> {
      const before = committed.get(uploadId);
      // `data:upload:commit-repeats`
      if (before !== undefined) {
        assertHash(sha256, before.sha256);
        return before;
      }
      return chain(
        find(uploadId).commit((actual) => assertHash(sha256, actual)),
        ({ info }) => {
          open.delete(uploadId);
          committed.set(uploadId, info);
          if (committed.size > MAX_REMEMBERED) committed.delete(committed.keys().next().value as string);
          return info;
        },
      );
    },
  };

  return {
    methods: [create, append, commit],
    async discard() {
      // `data:upload:ends-with-session`
      for (const upload of open.values()) await upload.discard();
      open.clear();
    },
  };
}

function assertHash(wanted: string | undefined, actual: string | undefined): void {
  // `data:upload:checksum`
  if (wanted === undefined || wanted.toLowerCase() === actual) return;
  throw invalidParams(`sha256 is not that of the bytes, which is ${actual}; the upload stays as it is.`);
}
