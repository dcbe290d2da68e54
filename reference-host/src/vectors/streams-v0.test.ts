import { describe, expect, test } from "vitest";
import { createLineDecoder } from "../v0/line-decoder.js";
import { bytesOf, loadVectors } from "./load-vectors.js";
import type { Part } from "./load-vectors.js";

type Event = { frame: unknown } | { output: Part[] };
interface Vector {
  id: string;
  bytes: Part[];
  events: Event[];
  alternatives?: Event[][];
}

/** Frames and output in order, output joined; `params` that are absent are none. */
type Told = { frame: object } | { output: string };

function join(all: Told[], output: string): void {
  const last = all.at(-1);
  if (last !== undefined && "output" in last) last.output += output;
  else all.push({ output });
}

function expected(events: readonly Event[]): Told[] {
  const all: Told[] = [];
  for (const event of events) {
    if ("output" in event) join(all, bytesOf(event.output).toString("latin1"));
    else {
      const { id, method, params = {} } = event.frame as Record<string, unknown>;
      all.push({ frame: { id, method, params } });
    }
  }
  return all;
}

function decode(chunks: readonly Buffer[], both: boolean): Told[] {
  const decoder = createLineDecoder({
    maxLineBytes: 65_536,
    ...(both && { offersV1: { maxFrameBytes: 65_536, maxDepth: 32 } }),
  });
  const all: Told[] = [];
  for (const event of [...chunks.flatMap((chunk) => decoder.push(chunk)), ...decoder.end()]) {
    if (event.kind === "frame") throw new Error("no vector of version 0 holds a frame of version 1");
    if (event.kind === "request") all.push({ frame: event.request });
    else join(all, event.bytes.toString("latin1"));
  }
  return all;
}

const vectors = loadVectors<Vector>(0, "streams");

describe("every stream vector of v0, however its bytes are cut, whether v1 is offered beside it or not", () => {
  test.each(vectors.map((vector) => [vector.id, vector] as const))("%s", (_, vector) => {
    const bytes = bytesOf(vector.bytes);
    const wanted = [vector.events, ...(vector.alternatives ?? [])].map(expected);
    const chunkings = [
      [...bytes].map((byte) => Buffer.of(byte)),
      ...Array.from({ length: bytes.length + 1 }, (_unused, at) => [
        bytes.subarray(0, at),
        bytes.subarray(at),
      ]),
    ];
    for (const chunks of chunkings)
      for (const both of [false, true]) expect(wanted).toContainEqual(decode(chunks, both));
  });
});
