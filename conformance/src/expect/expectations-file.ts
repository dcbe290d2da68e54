import { readFileSync, writeFileSync } from "node:fs";
import { LineCounter, parseDocument, stringify, isMap, isSeq, type Node } from "yaml";
import { UsageError } from "../runner/usage-error.js";
import { expectationsOf, type Expectation } from "./expectations.js";
import type { CheckResult } from "../report/report.js";

/** What a run is, as far as entries ask for it. */
export interface ExpectedWhere {
  readonly transport: "stdio" | "http" | "both";
  readonly os: string;
  /** All checks of the role, selected or not. */
  readonly checks: readonly string[];
}

const CHOICES: Readonly<Record<string, readonly string[] | undefined>> = {
  expect: ["fail", "flaky"],
  class: ["violation", "crash", "hang"],
  transport: ["stdio", "http"],
};
const MEMBERS = ["id", "expect", "class", "reason", "url", "transport", "os"];
const REQUIRED = ["id", "expect", "class"];

/** Reads an expectations file; entries for another transport or system are left out. Throws `UsageError` with the line. */
export function readExpectations(path: string, where: ExpectedWhere): readonly Expectation[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`--expect ${path} can't be read: ${(error as Error).message}`);
  }
  return parseExpectations(text, path, where);
}

/** The entries of a file's text. Throws `UsageError` that names the file and the line. */
export function parseExpectations(text: string, path: string, where: ExpectedWhere): readonly Expectation[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const fail = (node: Node | null | undefined, what: string): never => {
    const at = node?.range ? `:${lines.linePos(node.range[0]).line}` : "";
    throw new UsageError(`${path}${at}: ${what}`);
  };
  const [broken] = document.errors;
  if (broken) throw new UsageError(`${path}: ${broken.message}`);
  const root = document.contents;
  if (root === null) return [];
  if (!isSeq(root))
    return fail(root, "an expectations file is a list of entries, each with id, expect and class");
  const entries = root.items.map((node) => {
    if (!isMap(node)) return fail(node as Node, "an entry is a map with id, expect, class and reason or url");
    const entry = node.toJSON() as Record<string, unknown>;
    for (const [name, value] of Object.entries(entry)) {
      if (!MEMBERS.includes(name))
        fail(node, `unknown member ${JSON.stringify(name)}; there are ${MEMBERS.join(", ")}`);
      if (value !== null && typeof value !== "string") fail(node, `${name} is a text`);
      const choices = CHOICES[name];
      if (choices && !choices.includes(String(value)))
        fail(node, `${name} is one of ${choices.join(", ")}, not ${JSON.stringify(value)}`);
    }
    for (const name of REQUIRED) if (!entry[name]) fail(node, `${name} is missing`);
    const { id } = entry as { id: string };
    if (!where.checks.includes(id))
      fail(
        node,
        `${JSON.stringify(id)} is no check of this kit: an entry that matches nothing is an error; \`sandpipe list\` shows the ids`,
      );
    if (!(entry["reason"] as string | null | undefined)?.trim() && !entry["url"])
      fail(node, `${id} needs a reason or a url: say why it may fail`);
    const known = Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== null));
    return { node, entry: known as unknown as Expectation };
  });
  const held = entries.filter(({ entry: { transport, os } }) => {
    const here = transport === undefined || where.transport === "both" || transport === where.transport;
    return here && (os === undefined || os === where.os);
  });
  for (const [index, { node, entry }] of held.entries())
    if (held.findIndex((one) => one.entry.id === entry.id) < index) fail(node, `${entry.id} has two entries`);
  return held.map(({ entry }) => entry);
}

const HEADER = `# Failures that are known of. Each entry needs a reason or a url: it is refused without.
# An entry that passes is an error too, so that this file only ever gets shorter.
`;

/** Writes entries for all that fails, their reasons left to be filled in; returns how many. */
export function writeExpectations(path: string, results: readonly CheckResult[]): number {
  const entries = expectationsOf(results).map((entry) => ({ ...entry, reason: "" }));
  try {
    writeFileSync(path, `${HEADER}${stringify(entries)}`);
  } catch (error) {
    throw new UsageError(`--write-expect ${path} can't be written: ${(error as Error).message}`);
  }
  return entries.length;
}
