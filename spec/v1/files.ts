/** How bytes travel inside JSON. */
export type ContentEncoding = "utf8" | "base64";

/** What is known of a stored file. */
export interface FileInfo {
  id: string;
  name: string;
  /**
   * In bytes.
   * @TJS-type integer
   * @minimum 0
   */
  size: number;
  projectId: string;
  /** Absent for a file of the project itself. */
  conversationId?: string;
  mime?: string;
  /** Lower-case hex. */
  sha256?: string;
  /** RFC 3339, UTC. */
  modifiedAt?: string;
}

/** Params of `files.list`: everything in scope, or only that conversation's. */
export interface FilesListParams {
  projectId?: string;
  conversationId?: string;
  /** `nextCursor` of the page before. */
  cursor?: string;
  /**
   * Entries of one page; a host may return fewer.
   * @TJS-type integer
   * @minimum 1
   */
  limit?: number;
}

/** Result of `files.list`; without `nextCursor` it is the last page. */
export interface FilesListResult {
  files: FileInfo[];
  nextCursor?: string;
}

/** Params of `files.get`. */
export interface FilesGetParams {
  fileId: string;
}

/** Params of `files.read`: a range of bytes. */
export interface FilesReadParams {
  fileId: string;
  /**
   * In bytes, default 0.
   * @TJS-type integer
   * @minimum 0
   */
  offset?: number;
  /**
   * In bytes; absent: as much as fits one frame.
   * @TJS-type integer
   * @minimum 0
   */
  length?: number;
  encoding: ContentEncoding;
}

/** Result of `files.read`. */
export interface FilesReadResult {
  content: string;
  encoding: ContentEncoding;
  /**
   * @TJS-type integer
   * @minimum 0
   */
  offset: number;
  /**
   * Bytes returned; utf8 shortens to a whole character.
   * @TJS-type integer
   * @minimum 0
   */
  length: number;
  /**
   * Bytes of the whole file.
   * @TJS-type integer
   * @minimum 0
   */
  size: number;
  eof: boolean;
}

/** Params of `files.materialize` (feature `materialize`). */
export interface FilesMaterializeParams {
  fileId: string;
}

/** Result of `files.materialize`: where the sandbox may read the file without wire cost. */
export interface FilesMaterializeResult {
  path: string;
}

/** Params of `files.write` (feature `files.write`); the content fits one frame. */
export interface FilesWriteParams {
  name: string;
  content: string;
  encoding: ContentEncoding;
  mime?: string;
}

/** Params of `files.create` (feature `upload`). */
export interface FilesCreateParams {
  name: string;
  mime?: string;
}

/** Result of `files.create`. */
export interface FilesCreateResult {
  uploadId: string;
}

/** Params of `files.append`: `offset` is the current length, or an exact repeat with the same bytes. */
export interface FilesAppendParams {
  uploadId: string;
  /**
   * @TJS-type integer
   * @minimum 0
   */
  offset: number;
  content: string;
  encoding: ContentEncoding;
}

/** Result of `files.append`. */
export interface FilesAppendResult {
  /**
   * Where the next part goes.
   * @TJS-type integer
   * @minimum 0
   */
  offset: number;
}

/** Params of `files.commit`; a repeated commit repeats its FileInfo. */
export interface FilesCommitParams {
  uploadId: string;
  sha256?: string;
}

/** Params of `files.adopt` (feature `adopt`): one plain file name in the scratch folder. */
export interface FilesAdoptParams {
  path: string;
  name?: string;
  mime?: string;
}
