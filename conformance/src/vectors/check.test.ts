import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bytesOf } from "./bytes-of.js";
import { checkDecoder, parseReply } from "./check.js";
import { chunkings, cut } from "./chunkings.js";
import { decodingDifference } from "./decoding.js";
import { decode, FAULTS } from "./fixtures/decoder.mjs";
import { loadStreamVectors } from "./load.js";

const vectors = loadStreamVectors(1);
const program = (...args: string[]) => [
  process.execPath,
  join(import.meta.dirname, "fixtures/decoder.mjs"),
  ...args,
];

/** Whether a decoder with this fault gets the vector wrong under some chunking. */
function misses(vector: (typeof vectors)[number], fault: string): boolean {
  const { limits, events, alternatives = [] } = vector;
  const bytes = bytesOf(vector.bytes);
  if (limits === undefined) throw new Error(`${vector.id} has no limits`);
  return chunkings(bytes.length, 60).some(
    (cuts) =>
      decodingDifference([events, ...alternatives], decode(cut(bytes, cuts), limits, fault)) !== undefined,
  );
}

describe("the stream vectors tell a right decoder from a wrong one", () => {
  test("a decoder that shares no code with the kit gets all of them right", () => {
    expect(vectors.filter((vector) => misses(vector, "none")).map(({ id }) => id)).toEqual([]);
  });

  test.each(Object.entries(FAULTS))("%s is found by a vector of %s", (fault, requirement) => {
    const own = vectors.filter(({ requirements }) => requirements.includes(requirement));
    expect(own.some((vector) => misses(vector, fault))).toBe(true);
  });
});

describe("sandpipe vectors --check", () => {
  const few = vectors.filter(({ id }) => id.startsWith("ends:") || id.startsWith("limits:size-"));

  test("asks a right program about every vector and finds nothing", async () => {
    const report = await checkDecoder(program(), few);
    expect(report).toMatchObject({ vectors: few.length, failures: [], told: { answers: true } });
    expect(report.broken).toBeUndefined();
    expect(report.questions).toBeGreaterThan(few.length * 3);
  });

  test("names vector, requirement, cut and difference of a wrong one", async () => {
    const { failures } = await checkDecoder(program("cr-kept"), few);
    const found = failures.find(({ id }) => id === "ends:one-cr");
    expect(found?.requirements).toEqual(["frame:end:one-cr-dropped"]);
    expect(found?.difference).toMatch(/^event 1: expected \{"frame".*got \{"output"/);
  });

  test("says where a program ended that answers no more", async () => {
    const { broken } = await checkDecoder(program("crash"), few);
    expect(broken).toBe(`at ${few[0]?.id}: the program ended (exit 3) without an answer`);
  });

  test("says which reply is no answer to its question", async () => {
    const { broken } = await checkDecoder(program("wrong-name"), few);
    expect(broken).toContain(`expected "vector": "${few[0]?.id}"`);
  });

  test("says that a program can't be started", async () => {
    const { broken } = await checkDecoder(["/nonexistent/decoder"], few);
    expect(broken).toContain("ENOENT");
  });

  test("refuses an event that it doesn't know", () => {
    expect(() => parseReply('{"vector":"a","events":[{"text":"x"}]}', "a")).toThrow(/expected frame, output/);
  });
});
