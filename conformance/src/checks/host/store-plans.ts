import * as fc from "fast-check";
import { createHash } from "node:crypto";
import { RPC_ERROR, type Conversation, type FileInfo } from "@sandpipe/spec/v1";
import type { Fixture, FixtureFile } from "@sandpipe/spec/control";
import type { HostPlan, HostStep, Part } from "../../target/host-plan.js";
import type { HostSeen } from "../../target/host-seen.js";
import type { Fact } from "../check.js";
import { located, resultOf } from "./facts.js";
import { call } from "./steps.js";

/** What a handler answers to params that are wrong. */
export const BAD_PARAMS = { code: RPC_ERROR.invalidParams };

/** Text with characters of one to four bytes, so that every offset inside one is met. */
export const content: fc.Arbitrary<string> = fc
  .array(fc.constantFrom("a", "é", "あ", "😀", "\n", "\u2028", '"', "\u0000"), {
    minLength: 1,
    maxLength: 60,
    size: "max",
  })
  .map((units) => units.join(""));

/** Bytes of a file, as base64. */
export const bytes: fc.Arbitrary<string> = fc
  .uint8Array({ minLength: 0, maxLength: 300, size: "max" })
  .map((one) => Buffer.from(one).toString("base64"));

/** Names that files have. */
export const name = fc.oneof(
  fc.constantFrom("a.csv", "b c.txt", "é.parquet", "ünï 😀.json"),
  fc.stringMatching(/^[a-z]{1,12}\.txt$/u),
);

/** A file of the session's conversation. */
export function fileOf(
  id: string,
  one: string,
  encoding: "utf8" | "base64" = "utf8",
  more: Partial<FixtureFile> = {},
): FixtureFile {
  return { id, projectId: "p1", conversationId: "c1", name: `${id}.dat`, content: one, encoding, ...more };
}

/** The session's conversation, silent. */
export const CONVERSATION = { id: "c1", projectId: "p1", messages: [] };

/** An open session over a store of its own. */
export function plan(fixture: Fixture, ...steps: readonly HostStep[]): HostPlan {
  const standard = { projects: [{ id: "p1", name: "First" }], conversations: [CONVERSATION] };
  return { run: { fixture: { ...standard, ...fixture } }, steps: [{ do: "open" }, ...steps] };
}

/** One ranged read. */
export const read = (
  id: string,
  fileId: string,
  offset: number,
  length: number | undefined,
  encoding: "utf8" | "base64",
): Part => call(id, "files.read", { fileId, offset, encoding, ...(length === undefined ? {} : { length }) });

/** Lower-case hex. */
export const sha256 = (one: Uint8Array): string => createHash("sha256").update(one).digest("hex");

/** Members of a result as a fact, less those that aren't asked for. */
export function membersFact(seen: HostSeen, id: string, expected: Readonly<Record<string, unknown>>): Fact {
  const result = (resultOf(seen, id) ?? {}) as Readonly<Record<string, unknown>>;
  const actual = Object.fromEntries(Object.keys(expected).map((member) => [member, result[member] ?? null]));
  return located(`the result of ${id}`, expected, actual, seen.answers(id)[0]?.at);
}

/** Names of the files that a list returned. */
function listed(seen: HostSeen, id: string): string[] {
  const { files = [] } = (resultOf(seen, id) ?? {}) as { files?: FileInfo[] };
  return files.map((file) => file.name).sort();
}

/** The files that a list returned, by their names. */
export function listedFact(seen: HostSeen, id: string, when: string, names: readonly string[]): Fact {
  return located(`the files listed ${when}`, names, listed(seen, id), seen.answers(id)[0]?.at);
}

/** What one message of a fixture's conversation is. */
export function message(one: string, index: number): Conversation["messages"][number] {
  return {
    role: index % 2 === 0 ? "user" : "assistant",
    content: one,
    at: `2025-01-01T00:00:${String(index % 60).padStart(2, "0")}Z`,
  };
}

/** Offsets at which a character begins. */
export function characterStarts(one: string): number[] {
  let offset = 0;
  return Array.from(one, (character) => {
    const start = offset;
    offset += Buffer.byteLength(character);
    return start;
  }).slice(0, 40);
}

/** The characters that fit so many bytes from an offset on, but at least one. */
export function characters(whole: Buffer, offset: number, length: number): Buffer {
  let end = offset;
  for (const character of whole.subarray(offset).toString("utf8")) {
    const next = end + Buffer.byteLength(character);
    if (next - offset > length && end > offset) break;
    end = next;
    if (end - offset >= length) break;
  }
  return whole.subarray(offset, end);
}

/** What each page of a `pages` step holds under a member. */
export function pagesOf(seen: HostSeen, id: string, member: "files" | "messages"): unknown[][] {
  const pages: unknown[][] = [];
  for (let page = 1; seen.answers(`${id}-${page}`).length > 0; page++) {
    const result = (resultOf(seen, `${id}-${page}`) ?? {}) as Readonly<Record<string, unknown>>;
    pages.push(Array.isArray(result[member]) ? (result[member] as unknown[]) : []);
  }
  return pages;
}
