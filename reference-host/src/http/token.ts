import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

const TOKEN_BYTES = 32;

/** A new token: 256 random bits as base64url (`http:token:per-session`). */
export function createToken(): string {
  return randomBytes(TOKEN_BYTES).toString("base64url");
}

/**
 * The name under which a token is filed: SHA-256 as base64url. Looking up a hash tells an attacker nothing by its
 * time, for he can't choose it byte by byte (`http:token:constant-time`); and who reads the files has no tokens.
 */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}

/** Whether a token is the one of that hash, in constant time. */
export function isTokenOf(token: string, hash: string): boolean {
  return timingSafeEqual(Buffer.from(hashToken(token)), Buffer.from(hash));
}
