import { describe, expect, test } from "vitest";
import { bytesOf } from "./bytes-of.js";
import { chunkings, cut } from "./chunkings.js";
import { decodeStream } from "./decode-stream.js";
import { decodingDifference } from "./decoding.js";
import { loadStreamVectors } from "./load.js";

const vectors = loadStreamVectors(1);
const limitsOf = (vector: (typeof vectors)[number]) => {
  if (vector.limits === undefined) throw new Error(`${vector.id} has no limits`);
  return vector.limits;
};

describe("the kit's decoder and the stream vectors of v1 agree, however the bytes are cut", () => {
  test.each(vectors.map((vector) => [vector.id, vector] as const))("%s", (_, vector) => {
    const bytes = bytesOf(vector.bytes);
    for (const cuts of chunkings(bytes.length)) {
      const events = decodeStream(cut(bytes, cuts), limitsOf(vector));
      const difference = decodingDifference([vector.events, ...(vector.alternatives ?? [])], events);
      expect(difference, `cut at ${cuts.join(", ").slice(0, 100)}`).toBeUndefined();
    }
  });
});
