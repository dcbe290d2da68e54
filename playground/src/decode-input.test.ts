import { bytesOf } from "@sandpipe/conformance/decoding";
import { describe, expect, test } from "vitest";
import { vectorData } from "../../scripts/vector-data.js";
import { decodeInput } from "./decode-input.js";

describe("decodeInput", () => {
  test.each(vectorData().filter(({ bytes }) => bytesOf(bytes).length < 20_000))(
    "comes to the same for every chunking of v$protocol $id, and to as many frames as the vector says",
    ({ protocol, bytes, limits, events, alternatives }) => {
      const input = {
        bytes: bytesOf(bytes),
        protocol,
        limits: limits ?? { maxFrameBytes: 65_536, maxDepth: 32 },
      };
      const { steps, same } = decodeInput({ ...input, cuts: [1, 2, 5] });
      expect(same).toBe(true);
      const count = (list: typeof events): number =>
        list.reduce((sum, event) => {
          if ("repeat" in event) return sum + event.repeat * count(event.events);
          return sum + ("frame" in event || "frameText" in event || "anyFrame" in event ? 1 : 0);
        }, 0);
      expect([events, ...(alternatives ?? [])].map(count)).toContain(
        steps.filter(({ kind }) => kind === "frame").length,
      );
    },
  );

  test("tells the requirement that is broken, and the answer it gets", () => {
    const text = '\u001e{"jsonrpc":"2.0","id":7,"method":"files.get","params":{}}\n\u001enope\nprint';
    const bytes = new TextEncoder().encode(text);
    const { steps } = decodeInput({
      bytes,
      cuts: [],
      protocol: 1,
      limits: { maxFrameBytes: 1000, maxDepth: 32 },
    });
    expect(steps).toMatchObject([
      { kind: "frame", what: "request", faults: [{ requirement: "method:params:invalid" }] },
      { kind: "answer", code: -32_602, id: 7 },
      { kind: "violation", name: "not-json", requirement: "frame:violation:not-json" },
      { kind: "answer", code: -32_700, id: null },
      { kind: "output", bytes: new TextEncoder().encode("\u001enope\nprint") },
    ]);
  });
});
