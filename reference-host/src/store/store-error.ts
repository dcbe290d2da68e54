/** What went wrong in the store, for programs. */
export type StoreErrorCode =
  /** The file is no database, or parts of it are lost. */
  | "store_damaged"
  /** A later version of this program wrote it. */
  | "store_newer"
  /** It is a database, but another program's. */
  | "store_foreign"
  /** It can't be opened, or written, or it was closed. */
  | "store_unavailable"
  /** The disk that holds it is full. */
  | "store_full"
  /** Another process holds its lock. */
  | "store_locked"
  /** An entry with this id is there already. */
  | "store_duplicate"
  /** A name, id or content that the store doesn't take. */
  | "store_bad_value"
  /** A file to import can't be read. */
  | "import_unreadable";

/** A fault of the host's own store: local, never sent to a sandbox as it is. The message says what to do. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
