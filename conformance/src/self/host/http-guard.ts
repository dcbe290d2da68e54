import { randomBytes } from "node:crypto";
import type { Deviations } from "./deviations.js";

/** Tokens of sessions that have ended; only faults look here. */
const ended = new Set<string>();
let counted = 0;

/** Makes a session's token (`http:token:per-session`). */
export function makeToken(deviations: Deviations): string {
  if (deviations.has("http-token-counted")) return `token-${String(++counted).padStart(60, "0")}`;
  return randomBytes(deviations.has("http-token-short") ? 16 : 32).toString("base64url");
}

/** The token names no session any more. */
export function retireToken(token: string): void {
  ended.add(token);
}

/** Lines of one header; a parsed object would hide that a line came twice. */
export function linesOf(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name);
}

/** Whether a request is from elsewhere (`http:host:foreign-refused`, `http:origin:any-refused`). */
export function isForeign(
  rawHeaders: readonly string[],
  port: number | undefined,
  deviations: Deviations,
): boolean {
  const origins = linesOf(rawHeaders, "origin").filter((origin) => {
    if (deviations.has("http-origin-null-served") && origin === "null") return false;
    return !(deviations.has("http-origin-own-served") && origin === `http://127.0.0.1:${port}`);
  });
  if (origins.length > 0) return true;
  if (deviations.has("http-host-unchecked")) return false;
  const [host, ...more] = linesOf(rawHeaders, "host");
  if (host === undefined || (more.length > 0 && !deviations.has("http-host-first-of-two"))) return true;
  const flags = deviations.has("http-host-case-matters") ? "" : "i";
  const names = deviations.has("http-host-no-ipv6")
    ? "127\\.0\\.0\\.1|localhost"
    : "127\\.0\\.0\\.1|localhost|\\[::1\\]";
  const match = new RegExp(`^(?:${names})(?::(\\d{1,5}))?$`, flags).exec(host);
  if (match === null) return true;
  if (port === undefined || deviations.has("http-host-port-unchecked")) return false;
  return (match[1] ?? "80") !== String(port);
}

/** Whether a request carries the session's token; what it is refused with else (`http:auth:foreign-token`). */
export function refusalOf(
  { rawHeaders, url }: { readonly rawHeaders: readonly string[]; readonly url: string },
  token: string,
  deviations: Deviations,
): string | undefined {
  const lines = linesOf(rawHeaders, "authorization");
  const given = lines.length === 1 ? /^Bearer +(\S+)$/i.exec(lines[0] ?? "")?.[1] : undefined;
  if (given === token) return undefined;
  if (given === undefined && deviations.has("http-token-optional")) return undefined;
  if (deviations.has("http-token-in-query") && url.includes(token)) return undefined;
  if (deviations.has("http-token-by-prefix") && given?.startsWith(token)) return undefined;
  const hasEnded = given !== undefined && ended.has(given);
  if (hasEnded && deviations.has("http-ended-token")) return undefined;
  if (hasEnded && deviations.has("http-ended-token-told")) return "the session has ended";
  return "no session has this token";
}
