import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";

/** Bytes as conformance/vectors/README.md writes them. */
export type Part =
  { readonly text: string } | { readonly hex: string } | { readonly repeat: number; readonly of: Part };

/** What becomes of a value that isn't valid, which also tells who reads it. */
export interface Refused {
  readonly error?: object;
  readonly violation?: true;
  readonly output?: true;
  readonly status?: number;
  readonly local?: string;
  readonly exit?: number;
}

/** A value of a published type. */
export interface FrameVector {
  readonly id: string;
  readonly type: string;
  readonly valid: boolean;
  readonly value?: unknown;
  readonly text?: string;
  readonly refused?: Refused;
}

const FOLDER = resolve(import.meta.dirname, "../../../conformance/vectors");

/** Every vector of a kind, in all its files. */
export function loadVectors<T>(
  version: 0 | 1,
  kind: "frames" | "streams" | "sessions" | "http",
): readonly T[] {
  const folder = join(FOLDER, `v${version}`, kind);
  return readdirSync(folder).flatMap(
    (name) => (JSON.parse(readFileSync(join(folder, name), "utf8")) as { vectors: T[] }).vectors,
  );
}

/** The bytes that parts stand for, joined. */
export function bytesOf(parts: readonly Part[]): Buffer {
  return Buffer.concat(
    parts.map((part) => {
      if ("text" in part) return Buffer.from(part.text);
      if ("hex" in part) return Buffer.from(part.hex, "hex");
      return Buffer.from(bytesOf([part.of]).toString("latin1").repeat(part.repeat), "latin1");
    }),
  );
}

/** A frame vector's JSON text. */
export function textOf({ text, value }: FrameVector): string {
  return text ?? JSON.stringify(value);
}

/**
 * Who reads a type, as its refused vectors say: an error, a violation, output or a status are a host's to give; what
 * is local to a call or the start, or ends a sandbox, is a sandbox's; a report is read by whoever ran the host.
 * `ignored` may be either's.
 */
export function readersOf(vectors: readonly FrameVector[]): ReadonlyMap<string, Reader> {
  const readers = new Map<string, Reader>();
  for (const { type, refused } of vectors) {
    const reader = refused && readerOf(refused);
    if (reader === undefined) continue;
    const known = readers.get(type);
    if (known !== undefined && known !== reader) throw new Error(`${type} is read by ${known} and ${reader}`);
    readers.set(type, reader);
  }
  for (const { type, refused } of vectors)
    if (refused?.local === "ignored" && !readers.has(type)) readers.set(type, "sandbox");
  return readers;
}

/** Who reads values of a type. */
export type Reader = "host" | "sandbox" | "user";

function readerOf({ local, exit }: Refused): Reader | undefined {
  if (local === "ignored") return undefined;
  if (local === "report") return "user";
  return local !== undefined || exit !== undefined ? "sandbox" : "host";
}
