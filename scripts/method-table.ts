import { readFileSync } from "node:fs";
import { CONTRACT_METHODS } from "@sandpipe/spec/v1";
import { readPublishedTypes, fixtureValue } from "./fixtures.js";
import type { Schema } from "./schema-shape.js";

/** A method of v1 as the documents of its interface need it. */
export interface MethodEntry {
  readonly name: string;
  readonly params: string;
  /** Absent for a notification. */
  readonly result?: string;
  readonly direction: "sandbox to host" | "host to sandbox";
  readonly feature?: string;
  readonly idempotent?: boolean;
}

/** Notifications have no result, and no entry in `Methods`. */
const NOTIFICATIONS: readonly MethodEntry[] = [
  { name: "session.output", params: "SessionOutputParams", direction: "sandbox to host" },
  {
    name: "session.progress",
    params: "SessionProgressParams",
    direction: "sandbox to host",
    feature: "progress",
  },
  { name: "session.emit", params: "SessionEmitParams", direction: "sandbox to host", feature: "emit" },
  { name: "session.cancel", params: "SessionCancelParams", direction: "sandbox to host" },
  { name: "session.close", params: "SessionCloseParams", direction: "host to sandbox" },
];

/** Every method of v1, as `Methods` in spec/v1/methods.ts and CONTRACT_METHODS say, then the notifications. */
export function readMethods(source = readFileSync("spec/v1/methods.ts", "utf8")): MethodEntry[] {
  const entries = [...source.matchAll(/^ {2}"([a-z.]+)": \{ params: (\w+); result: (\w+) \};$/gm)];
  const requests = entries.map(([, name = "", params = "", result = ""]): MethodEntry => {
    const contract = Object.entries(CONTRACT_METHODS).find(([one]) => one === name)?.[1];
    return { name, params, result, direction: "sandbox to host", ...contract };
  });
  const known = new Set(requests.map(({ name }) => name));
  const lost = Object.keys(CONTRACT_METHODS).filter((name) => !known.has(name));
  if (lost.length > 0)
    throw new Error(`spec/v1/methods.ts has no line that can be read for ${lost.join(", ")}`);
  return [...requests, ...NOTIFICATIONS];
}

/** Schemas of v1 by type, with their references at home under `base`. */
export function readComponents(base: string): Record<string, Schema> {
  const bundle = JSON.parse(readFileSync("schemas/v1/bundle.json", "utf8")) as {
    definitions: Record<string, Schema>;
  };
  return moveReferences(bundle.definitions, base) as Record<string, Schema>;
}

function moveReferences(node: unknown, base: string): unknown {
  if (Array.isArray(node)) return node.map((one) => moveReferences(one, base));
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      key === "$ref" && typeof value === "string"
        ? value.replace("#/definitions/", base)
        : moveReferences(value, base),
    ]),
  );
}

/** The full example of each type of v1: its first valid fixture. */
export function readExamples(): ReadonlyMap<string, unknown> {
  return new Map(
    readPublishedTypes(["v1"]).map(({ name, fixtures }) => {
      const full = fixtures.find((one) => one.valid);
      return [name.slice(3), full === undefined ? undefined : fixtureValue(full)];
    }),
  );
}
