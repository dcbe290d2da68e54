import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createDemultiplexer } from "./demultiplexer.js";
import type { ByteEvent } from "./demultiplexer.js";

const LIMIT = 65_536;
const seed = process.env["SANDPIPE_TEST_SEED"];
/** A failure prints the seed; given back in SANDPIPE_TEST_SEED it comes again. */
const parameters = seed === undefined ? {} : { seed: Number(seed) };

/** All events of these chunks, output joined: it may come in more pieces. */
function split(chunks: readonly (Buffer | string)[], limit = LIMIT): ByteEvent[] {
  const demultiplexer = createDemultiplexer(limit);
  const events = chunks.flatMap((chunk) => demultiplexer.push(Buffer.from(chunk)));
  return [...events, ...demultiplexer.end()].reduce<ByteEvent[]>((joined, event) => {
    const last = joined.at(-1);
    if (event.kind !== "output" || last?.kind !== "output") return [...joined, event];
    return [...joined.slice(0, -1), { kind: "output", bytes: Buffer.concat([last.bytes, event.bytes]) }];
  }, []);
}

const output = (text: string): ByteEvent => ({ kind: "output", bytes: Buffer.from(text) });
const record = (text: string): ByteEvent => ({ kind: "record", text });

describe("the table of records", () => {
  test.each<[string, string | Buffer, ByteEvent[]]>([
    [
      "bytes outside records are output",
      'print\n{"jsonrpc":"2.0"}\n',
      [output('print\n{"jsonrpc":"2.0"}\n')],
    ],
    [
      "a print without a newline ends at the RS",
      "Load\u001b[31m…\u001e{}\n",
      [output("Load\u001b[31m…"), record("{}")],
    ],
    ["what follows the LF is output again", "\u001e{}\nx\n", [record("{}"), output("x\n")]],
    ["a CR before the LF stays in the record", "\u001e{}\r\n", [record("{}\r")]],
    ["an empty record is one", "\u001e\n", [record("")]],
    ["a BOM stays", "\u001e\ufeff{}\n", [record("\ufeff{}")]],
    [
      "line separators of Unicode divide nothing",
      "\u001e\u2028\u2029\u0085\n",
      [record("\u2028\u2029\u0085")],
    ],
    [
      "bad UTF-8 is kept with its RS and LF",
      Buffer.from([0x1e, 0xff, 0x0a]),
      [{ kind: "undecodable", bytes: Buffer.from([0x1e, 0xff, 0x0a]) }],
    ],
    [
      "an RS in a record starts a new one",
      "\u001e\u001eab\u001e{}\n",
      [
        { kind: "restarted", bytes: Buffer.from("\u001e") },
        { kind: "restarted", bytes: Buffer.from("\u001eab") },
        record("{}"),
      ],
    ],
    ["the end cuts a record", "\u001e{", [{ kind: "cut", bytes: Buffer.from("\u001e{") }]],
    [
      "output may hold any byte",
      Buffer.from([0, 0xff, 0x80, 10]),
      [{ kind: "output", bytes: Buffer.from([0, 0xff, 0x80, 10]) }],
    ],
  ])("%s", (_, bytes, events) => {
    expect(split([bytes])).toEqual(events);
  });
});

describe("the size of records", () => {
  test.each([65_535, 65_536])("%i bytes between RS and LF are taken", (size) => {
    expect(split([`\u001e${"x".repeat(size)}\n`])).toEqual([record("x".repeat(size))]);
  });

  test("the CR counts", () => {
    expect(split([`\u001e${"x".repeat(LIMIT)}\r\n`])).toEqual([
      { kind: "oversized", size: LIMIT + 1, atEnd: false },
    ]);
  });

  test.each([
    ["LF", "\n", false],
    ["RS", "\u001e", false],
    ["the end", "", true],
  ])("one byte more is skipped up to %s", (_, end, atEnd) => {
    const [first] = split([`\u001e${"x".repeat(LIMIT + 1)}${end}`]);
    expect(first).toEqual({ kind: "oversized", size: LIMIT + 1, atEnd });
  });

  test("a record without an end is never held beyond the limit", () => {
    const demultiplexer = createDemultiplexer(LIMIT);
    demultiplexer.push(Buffer.from("\u001e"));
    const chunk = Buffer.alloc(LIMIT, "x");
    const before = process.memoryUsage();
    for (let count = 0; count < 4_096; count++) expect(demultiplexer.push(chunk)).toEqual([]);
    const after = process.memoryUsage();
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(16 * LIMIT);
    expect(demultiplexer.end()).toEqual([{ kind: "oversized", size: 4_096 * LIMIT, atEnd: true }]);
  });
});

describe("chunks", () => {
  /** Bytes in which every case of the table comes up often. */
  const bytes = fc
    .array(
      fc.oneof(
        fc
          .constantFrom("\u001e", "\n", "\r\n", '{"jsonrpc":"2.0"}', "é😀", "\u2028", "x".repeat(30))
          .map((text) => Buffer.from(text)),
        fc.uint8Array({ maxLength: 5 }).map((array) => Buffer.from(array)),
        fc.string({ unit: "binary" }).map((text) => Buffer.from(`\u001e${text}\n`)),
      ),
      { maxLength: 30 },
    )
    .map((parts) => Buffer.concat(parts));

  test("however the bytes are cut, the events are the same", () => {
    fc.assert(
      fc.property(
        bytes,
        fc.array(fc.nat(400), { maxLength: 20 }),
        fc.integer({ min: 1, max: 80 }),
        (all, cuts, limit) => {
          const places = [...new Set([0, ...cuts.filter((cut) => cut < all.length), all.length])].sort(
            (a, b) => a - b,
          );
          const pieces = places.slice(1).map((place, at) => all.subarray(places[at], place));
          expect(split(pieces, limit)).toEqual(split([all], limit));
          expect(
            split(
              [...all].map((byte) => Buffer.of(byte)),
              limit,
            ),
          ).toEqual(split([all], limit));
        },
      ),
      parameters,
    );
  });

  test("no byte is lost: output, records and what was skipped are all that came", () => {
    fc.assert(
      fc.property(bytes, (all) => {
        const events = split([all], 40);
        const sizes = events.map((event) => {
          if (event.kind === "record") return Buffer.byteLength(event.text) + 2;
          if (event.kind === "oversized") return -1;
          return event.bytes.length;
        });
        const skipped = events.reduce((sum, event) => sum + (event.kind === "oversized" ? event.size : 0), 0);
        const known = sizes.reduce((sum, size) => sum + Math.max(size, 0), 0) + skipped;
        const oversized = sizes.filter((size) => size < 0).length;
        // Of a skipped record its RS, and its LF where it had one, are in no event.
        expect(all.length - known).toBeGreaterThanOrEqual(oversized);
        expect(all.length - known).toBeLessThanOrEqual(2 * oversized);
      }),
      parameters,
    );
  });
});
