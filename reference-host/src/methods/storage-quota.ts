import { limitExceeded } from "./method-fault.js";

/** What one session may write into the store. */
export interface StorageLimits {
  /** Bytes of one file. */
  readonly fileBytes: number;
  /** Bytes of all files and uploads of a session, also of those it gave up. */
  readonly sessionBytes: number;
  /** Uploads open at once; each holds up to 256 KiB of memory. */
  readonly openUploads: number;
}

/** What a session may write unless the host says otherwise: 1 GiB a file, 4 GiB in all. */
export const DEFAULT_STORAGE_LIMITS: StorageLimits = {
  fileBytes: 1_073_741_824,
  sessionBytes: 4_294_967_296,
  openUploads: 64,
};

/** Counts what a session writes. */
export interface Quota {
  readonly limits: StorageLimits;
  /**
   * Takes `bytes` more of a file that has `fileBytes` already.
   * @throws MethodError `limit_exceeded`, and nothing is taken
   */
  take(bytes: number, fileBytes: number): void;
}

/** A quota of which nothing is used yet. */
export function createQuota(limits: StorageLimits): Quota {
  let used = 0;
  return {
    limits,
    take(bytes, fileBytes) {
      if (fileBytes + bytes > limits.fileBytes) {
        throw limitExceeded(`A file may have at most ${limits.fileBytes} bytes.`);
      }
      if (used + bytes > limits.sessionBytes) {
        throw limitExceeded(`A session may write at most ${limits.sessionBytes} bytes.`);
      }
      used += bytes;
    },
  };
}
