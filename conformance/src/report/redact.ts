/** What stands in place of a secret. */
export const REDACTED = "[redacted]";

const SECRET_NAME = /TOKEN|SECRET|PASSW|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIAL|AUTH/i;
/** A shorter value may be an ordinary word, and blacking that out would hide what failed. */
const MIN_SECRET = 8;

const PATTERNS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // Authorization: Bearer abc
  [/\b(Bearer|Basic)(\s+)[\w~+/.=-]{8,}/gi, `$1$2${REDACTED}`],
  // https://user:password@host
  [/([a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/@"]{0,200}:)[^\s@/"]{1,200}@/gi, `$1${REDACTED}@`],
  // --api-token=abc, MY_SECRET=abc
  [
    /((?:^|[\s"'])-{0,2}[\w-]{0,60}(?:token|secret|passw(?:or)?d|api[_-]?key|access[_-]?key)[\w-]{0,20}=)[^\s"'&]+/gi,
    `$1${REDACTED}`,
  ],
  // "HTTP_TOKEN":"abc"
  [
    /("[\w-]{0,60}(?:token|secret|passw(?:or)?d|api_?key|access_?key)"\s*:\s*")(?:[^"\\]|\\.)+/gi,
    `$1${REDACTED}`,
  ],
];

/** Blacks out secrets in every text of a value. */
export type Redact = <T>(value: T) => T;

/**
 * Creates what blacks out tokens in whatever a report says: the values of environment variables with a secret's name,
 * and what looks like a token by where it stands. What the kit made itself goes past it.
 */
export function createRedact(env: Readonly<Record<string, string | undefined>>): Redact {
  const secrets = Object.entries(env)
    .filter(([name, value]) => SECRET_NAME.test(name) && (value?.length ?? 0) >= MIN_SECRET)
    .map(([, value]) => value ?? "")
    // A secret that holds another one goes first.
    .sort((a, b) => b.length - a.length);
  const text = (value: string): string => {
    let shown = value;
    for (const secret of secrets) shown = shown.replaceAll(secret, REDACTED);
    for (const [pattern, replacement] of PATTERNS) shown = shown.replace(pattern, replacement);
    return shown;
  };
  const walk = (value: unknown): unknown => {
    if (typeof value === "string") return text(value);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, walk(member)]));
  };
  return <T>(value: T): T => walk(value) as T;
}

/** Blacks out words of a command line that follow a flag with a secret's name as well. */
export function redactCommand(command: readonly string[], redact: Redact): readonly string[] {
  return command.map((word, index) => {
    const flag = command[index - 1] ?? "";
    const names = /^--?[\w-]*(token|secret|passw|api-?key)[\w-]*$/i.test(flag);
    return names && !word.startsWith("-") ? REDACTED : redact(word);
  });
}
