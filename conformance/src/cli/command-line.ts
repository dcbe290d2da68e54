import { parseArgs } from "node:util";
import { UsageError } from "../runner/usage-error.js";

/** A flag of a command: its kind, and what its value is called in a message. */
export type Flag =
  | { readonly kind: "switch" }
  | { readonly kind: "text" | "list"; readonly value: string }
  | { readonly kind: "integer"; readonly value: string; readonly least?: number }
  | { readonly kind: "number"; readonly value: string; readonly least: number }
  | { readonly kind: "choice"; readonly choices: readonly string[] };

/** Flags of a command by name, without their dashes. */
export type Flags = Readonly<Record<string, Flag>>;

/** What was asked for: flags, words before `--`, and the subject's command line after it. */
export interface CommandLine {
  readonly words: readonly string[];
  /** Undefined when there is no `--`. */
  readonly command: readonly string[] | undefined;
  text(name: string): string | undefined;
  list(name: string): readonly string[];
  number(name: string): number | undefined;
  has(name: string): boolean;
}

/** Reads a command line. Throws `UsageError` that names the nearest flag, or what a value should be. */
export function readCommandLine(args: readonly string[], flags: Flags): CommandLine {
  const split = args.indexOf("--");
  const own = split < 0 ? args : args.slice(0, split);
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { kind }]) => [
      name,
      { type: kind === "switch" ? ("boolean" as const) : ("string" as const), multiple: kind === "list" },
    ]),
  );
  for (const arg of own) {
    const name = /^--?([^=]*)/.exec(arg)?.[1];
    if (
      name !== undefined &&
      arg.startsWith("-") &&
      arg !== "-" &&
      !isNumber(arg) &&
      !Object.hasOwn(flags, name)
    )
      throw new UsageError(`unknown flag ${arg.split("=")[0]}${suggest(name, Object.keys(flags), "--")}`);
  }
  const { values, positionals } = parse(own, options);
  const single = (name: string): string | undefined => values[name] as string | undefined;
  for (const [name, flag] of Object.entries(flags)) checkValue(name, flag, values[name]);
  return {
    words: positionals,
    command: split < 0 ? undefined : args.slice(split + 1),
    text: single,
    list: (name) => (values[name] as readonly string[] | undefined) ?? [],
    number: (name) => (single(name) === undefined ? undefined : Number(single(name))),
    has: (name) => values[name] === true,
  };
}

type Values = Readonly<Record<string, unknown>>;

function parse(
  args: readonly string[],
  options: Record<string, { type: "boolean" | "string"; multiple: boolean }>,
): { values: Values; positionals: readonly string[] } {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError((error as Error).message.split(". To specify")[0] ?? "the flags can't be read");
  }
}

const isNumber = (text: string): boolean => /^-\d/.test(text);

function checkValue(name: string, flag: Flag, value: unknown): void {
  if (value === undefined) return;
  const fail = (wanted: string): never => {
    throw new UsageError(`--${name} takes ${wanted}, not ${JSON.stringify(value)}`);
  };
  if (flag.kind === "choice" && !flag.choices.includes(String(value)))
    fail(`one of ${flag.choices.join(", ")}`);
  if (flag.kind !== "integer" && flag.kind !== "number") return;
  const number = Number(value);
  const { least = -Infinity } = flag;
  const right = String(value).trim() !== "" && Number.isFinite(number) && number >= least;
  if (!right || (flag.kind === "integer" && !Number.isSafeInteger(number)))
    fail(
      `${flag.kind === "integer" ? "an integer" : "a number"}${flag.least === undefined ? "" : ` of at least ${flag.least}`}`,
    );
}

/** `; did you mean X?` for the nearest of some names, or nothing when none is near. */
export function suggest(word: string, names: readonly string[], prefix = ""): string {
  const near = nearest(word, names)[0];
  return near === undefined ? "" : `; did you mean ${prefix}${near}?`;
}

/** Names at most a third of the word away from it, or that hold it; nearest first. */
export function nearest(word: string, names: readonly string[]): readonly string[] {
  const most = Math.max(2, Math.floor(word.length / 3));
  return names
    .map((name) => ({ name, away: word.length > 2 && name.includes(word) ? 1 : distance(word, name) }))
    .filter(({ away }) => away <= most)
    .sort((a, b) => a.away - b.away)
    .map(({ name }) => name);
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
