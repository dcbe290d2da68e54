import { describe, expect, test } from "vitest";
import { bytesOf } from "./bytes-of.js";
import { chunkings, cut } from "./chunkings.js";
import { decodeLines } from "./decode-lines.js";
import { decodeStream } from "./decode-stream.js";
import { decodingDifference, type DecodedEvent } from "./decoding.js";
import { loadStreamVectors } from "./load.js";
import type { StreamVector } from "./vector.js";

type Decode = (chunks: readonly Uint8Array[], vector: StreamVector) => DecodedEvent[];

function agree(vectors: readonly StreamVector[], decode: Decode): void {
  test.each(vectors.map((vector) => [vector.id, vector] as const))("%s", (_, vector) => {
    const bytes = bytesOf(vector.bytes);
    for (const cuts of chunkings(bytes.length)) {
      const events = decode(cut(bytes, cuts), vector);
      const difference = decodingDifference([vector.events, ...(vector.alternatives ?? [])], events);
      expect(difference, `cut at ${cuts.join(", ").slice(0, 100)}`).toBeUndefined();
    }
  });
}

describe("the kit's decoder and the stream vectors of v1 agree, however the bytes are cut", () => {
  agree(loadStreamVectors(1), (chunks, { id, limits }) => {
    if (limits === undefined) throw new Error(`${id} has no limits`);
    return decodeStream(chunks, limits);
  });
});

describe("a reader of lines and the stream vectors of v0 agree, however the bytes are cut", () => {
  agree(loadStreamVectors(0), decodeLines);
});
