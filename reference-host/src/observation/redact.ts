import type { Datasource } from "@sandpipe/spec/v1";

const MASK = "[redacted]";
const SECRET_NAME = /^(?:password|token|secret)$/i;
const USER_INFO = /([a-z][a-z0-9+.-]*:\/\/)[^/@\s"]*@/gi;
const BEARER = /\b(bearer\s+)[\w.~+/=-]+/gi;

/** Shorter ones would mask half of every text, and guard nothing. */
const MIN_SECRET_LENGTH = 4;

/** Leaves secrets out of what is traced and logged. */
export interface Redactor {
  /** Any text: known secrets, users in URLs and bearer tokens are masked. */
  text(text: string): string;
  /** A frame's JSON text: the same, and what the answer of `session.open` tells under a name such as `password`. */
  frame(json: string): string;
}

/** Creates the redactor of these secrets, wherever a script may repeat them (`session:datasource:redacted`). */
export function createRedactor(secrets: readonly string[]): Redactor {
  const known = [...new Set(secrets)]
    .filter((secret) => secret.length >= MIN_SECRET_LENGTH)
    // The longer first: one may be a part of another.
    .sort((a, b) => b.length - a.length);

  function text(value: string): string {
    let masked = value.replace(USER_INFO, `$1${MASK}@`).replace(BEARER, `$1${MASK}`);
    for (const secret of known) masked = masked.replaceAll(secret, MASK);
    return masked;
  }

  return {
    text,
    frame(json) {
      // A secret may be spelt with escapes, so the values are looked at, not their spelling.
      const named = json.includes('"datasources"');
      let value: unknown;
      try {
        value = JSON.parse(json, (name, member: unknown) => {
          if (typeof member !== "string") return maskNames(member, text);
          return named && SECRET_NAME.test(name) ? MASK : text(member);
        });
      } catch {
        return text(json);
      }
      return JSON.stringify(value);
    },
  };
}

/** The secrets that a session's datasources hold. */
export function secretsOf(datasources: readonly Datasource[]): string[] {
  return datasources.flatMap(({ password, url }) => [
    ...(password === undefined ? [] : [password]),
    ...passwordsOf(url),
  ]);
}

function passwordsOf(url: string | undefined): string[] {
  if (url === undefined || !URL.canParse(url)) return [];
  const { password } = new URL(url);
  if (password === "") return [];
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}

/** Names of members are text as well. */
function maskNames(value: unknown, text: (text: string) => string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value);
  if (entries.every(([name]) => text(name) === name)) return value;
  return Object.fromEntries(entries.map(([name, member]) => [text(name), member]));
}
