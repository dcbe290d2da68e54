import { describe, expect, test } from "vitest";
import { ROWS } from "../runner/roles.js";
import { loadVectorFiles } from "../vectors/load.js";
import { judgeFrame } from "./judge-frame.js";

interface FrameVector {
  readonly id: string;
  readonly type: string;
  readonly valid: boolean;
  readonly value?: unknown;
  readonly refused?: { readonly error?: { readonly code: number } };
}

describe("judgeFrame", () => {
  const vectors = loadVectorFiles<FrameVector>(1, "frames")
    .flatMap(({ file }) => file.vectors)
    .filter(({ type, value }) => type === "Request" && typeof value === "object" && value !== null)
    // Without an id it is a notification, by which a vector of requests says nothing.
    .filter(({ value }) => ["jsonrpc", "method", "id"].every((member) => member in Object(value)));

  test.each(vectors)("says of $id what its vector says", ({ value, valid, refused }) => {
    const { faults } = judgeFrame(value as object as Parameters<typeof judgeFrame>[0]);
    const envelope = faults.filter(({ code }) => code === -32_600 || code === undefined);
    expect(envelope.length === 0).toBe(valid);
    if (refused?.error !== undefined) expect(envelope[0]?.code).toBe(refused.error.code);
  });

  test.each<[object, string, number | undefined]>([
    [{ jsonrpc: "2.0", id: null, method: "m" }, "call:id:invalid-refused", -32_600],
    [{ jsonrpc: "2.0", id: 1, method: "m", params: [1] }, "call:params:by-name", -32_600],
    [{ jsonrpc: "2.0", id: 1, method: "m".repeat(129) }, "method:name:too-long", -32_600],
    [{ jsonrpc: "2.0", id: 1, method: 7 }, "call:envelope:invalid-request", -32_600],
    [{ jsonrpc: "1.0", id: 1, method: "m" }, "call:envelope:invalid-request", -32_600],
    [{ jsonrpc: "2.0", id: 1, method: "files.get", params: {} }, "method:params:invalid", -32_602],
    [
      { jsonrpc: "2.0", method: "session.output", params: {} },
      "session:notification:unknown-dropped",
      undefined,
    ],
    [{ jsonrpc: "2.0", id: 1, result: 1 }, "call:answer:never-answered", undefined],
  ])("names the requirement that %j breaks", (frame, requirement, code) => {
    const { faults } = judgeFrame(frame as Parameters<typeof judgeFrame>[0]);
    expect(faults).toMatchObject([{ requirement, ...(code !== undefined && { code }) }]);
    expect(ROWS[1].has(requirement)).toBe(true);
    expect(faults[0]?.words).not.toBe("");
  });

  test("takes _meta out before it looks at the params", () => {
    const params = { fileId: "f", _meta: { traceparent: "x" } };
    expect(judgeFrame({ jsonrpc: "2.0", id: 1, method: "files.get", params }).faults).toEqual([]);
  });
});
