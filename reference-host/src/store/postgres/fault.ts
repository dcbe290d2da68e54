import { StoreError } from "../store-error.js";
import type { StoreErrorCode } from "../store-error.js";

/** What a server's SQLSTATE, or its beginning, means for the store, and what to do. The first that fits counts. */
const FAULTS: readonly (readonly [RegExp, StoreErrorCode, string])[] = [
  [/^23505$/, "store_duplicate", "holds an entry with this id already"],
  [/^23503$/, "store_bad_value", "has given up this content, which nobody filed for a day. Write it again"],
  [
    /^(?:22021|22P05|54000)$/,
    "store_bad_value",
    "can't take this text: it holds a NUL, or is too long for an id",
  ],
  [/^53100$/, "store_full", "has a full disk. Free room on the server"],
  [/^(?:55P03|40P01|40001)$/, "store_locked", "is held by another process. Try again"],
  [/^57014$/, "store_unavailable", "took too long for one statement. Look at the server's load"],
  [/^28/, "store_unavailable", "refuses the user or password. Check both in --store"],
  [/^3D000$/, "store_unavailable", "has no such database. Create it, or name another in --store"],
  [/^42501$/, "store_unavailable", "refuses a right. Grant CREATE on the database to its user"],
  [/^53300$/, "store_unavailable", "has no connection left. Raise its max_connections, or run fewer hosts"],
  [/^(?:42P01|3F000|42703)$/, "store_damaged", "has lost a table. Restore it from a backup"],
];

const UNREACHABLE = "can't be reached. Check that the server runs and that --store names it";

/** The store's own error for what the client library threw: no SQL text, no values, no password. */
export function explainFault(location: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const state = sqlState(error);
  const known = FAULTS.find(([pattern]) => state !== undefined && pattern.test(state));
  if (known !== undefined) return new StoreError(known[1], `The store ${location} ${known[2]}.`, error);
  if (state === undefined || isConnectionState(state)) {
    return new StoreError("store_unavailable", `The store ${location} ${UNREACHABLE}.`, error);
  }
  const what = `failed with SQLSTATE ${state}. Look at the server's log`;
  return new StoreError("store_unavailable", `The store ${location} ${what}.`, error);
}

/** Whether the connection was lost, so that it isn't known what became of the statement. */
export function isConnectionLoss(error: unknown): boolean {
  const cause = error instanceof StoreError ? error.cause : error;
  const state = sqlState(cause);
  return cause instanceof Error && (state === undefined || isConnectionState(state));
}

/** 08: connection exceptions; 57P: the server shuts down, or an administrator ended the connection. */
function isConnectionState(state: string): boolean {
  return /^(?:08|57P)/.test(state);
}

/** Five characters that only a server's answer has; a fault of the socket has a longer code, or none. */
function sqlState(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) && "severity" in (error as object)
    ? code
    : undefined;
}
