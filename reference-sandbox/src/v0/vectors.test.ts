import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { createBareLineDecoder } from "./bare-lines.js";

type Part = { text: string } | { hex: string };
interface Vector {
  id: string;
  bytes: Part[];
  events: ({ frame: object } | { output: Part[] })[];
}

const folder = resolve(import.meta.dirname, "../../../conformance/vectors/v0/streams");
const vectors = readdirSync(folder).flatMap(
  (name) => (JSON.parse(readFileSync(join(folder, name), "utf8")) as { vectors: Vector[] }).vectors,
);

const bytesOf = (parts: readonly Part[]): Buffer =>
  Buffer.concat(
    parts.map((part) => ("text" in part ? Buffer.from(part.text) : Buffer.from(part.hex, "hex"))),
  );

/** The objects among whole lines of output: to a sandbox, which awaits responses, each might be one. */
function objectsIn(output: Buffer): object[] {
  const lines = output.toString().split("\n").slice(0, -1);
  return lines.flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return typeof value === "object" && value !== null && !Array.isArray(value) ? [value] : [];
    } catch {
      return [];
    }
  });
}

describe("the objects of every stream vector of v0, and nothing else, however the bytes are cut", () => {
  test.each(vectors.map((vector) => [vector.id, vector] as const))("%s", (_, { bytes: parts, events }) => {
    const wanted = events.flatMap((event) =>
      "frame" in event ? [event.frame] : objectsIn(bytesOf(event.output)),
    );
    const bytes = bytesOf(parts);
    const cuts = [
      [...bytes].map((byte) => Buffer.of(byte)),
      ...Array.from({ length: bytes.length + 1 }, (_unused, at) => [
        bytes.subarray(0, at),
        bytes.subarray(at),
      ]),
    ];
    for (const chunks of cuts) {
      const decoder = createBareLineDecoder();
      expect(chunks.flatMap((chunk) => decoder.push(chunk))).toEqual(wanted);
    }
  });
});
