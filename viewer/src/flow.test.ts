import { describe, expect, test } from "vitest";
import { readFlow } from "./flow.js";
import { readMessage } from "./read-message.js";
import type { Entry } from "./trace.js";

const HOST = 0;
const SANDBOX = 1;

function entries(...frames: readonly (readonly [from: number, frame: object])[]): Entry[] {
  return frames.map(([from, frame], at) => ({
    ...{ at, from, to: 1 - from, channel: "wire", text: JSON.stringify(frame), size: 1 },
    message: readMessage({ jsonrpc: "2.0", ...frame }),
  }));
}

describe("readFlow", () => {
  test("pairs answers with requests in any order, by an id's type too", () => {
    const { partner, faults, unanswered } = readFlow(
      entries(
        [SANDBOX, { id: 1, method: "a" }],
        [SANDBOX, { id: "1", method: "b" }],
        [SANDBOX, { id: 2, method: "c" }],
        [HOST, { id: "1", result: null }],
        [HOST, { id: 1, error: { code: 1, message: "" } }],
      ),
    );
    expect([...partner].sort(([a], [b]) => a - b)).toEqual([
      [0, 4],
      [1, 3],
      [3, 1],
      [4, 0],
    ]);
    expect([...unanswered]).toEqual([2]);
    expect(faults.size).toBe(0);
  });

  test.each([
    [
      "a second answer",
      "call:response:exactly-one",
      entries([SANDBOX, { id: 1, method: "a" }], [HOST, { id: 1, result: 1 }], [HOST, { id: 1, result: 1 }]),
    ],
    [
      "an answer under another type of id",
      "call:id:echo-type",
      entries([SANDBOX, { id: 1, method: "a" }], [HOST, { id: "1", result: 1 }]),
    ],
    [
      "an id that is in flight",
      "call:duplicate:refused",
      entries([SANDBOX, { id: 1, method: "a" }], [SANDBOX, { id: 1, method: "a" }]),
    ],
    [
      "an id that was used before",
      "call:id:never-reused",
      entries(
        [SANDBOX, { id: 1, method: "a" }],
        [HOST, { id: 1, result: 1 }],
        [SANDBOX, { id: 1, method: "a" }],
      ),
    ],
    [
      "a result beside an error",
      "frame:send:well-formed",
      entries([SANDBOX, { id: 1, method: "a" }], [HOST, { id: 1, result: 1, error: {} }]),
    ],
  ])("names the requirement that %s breaks", (_, requirement, broken) => {
    const { faults } = readFlow(broken);
    expect([...faults]).toMatchObject([[broken.length - 1, { requirement }]]);
  });

  test("finds no fault with a refusal that has no id, nor with notifications", () => {
    const { faults } = readFlow(
      entries(
        [HOST, { id: null, error: { code: -32700, message: "" } }],
        [SANDBOX, { method: "session.output" }],
      ),
    );
    expect(faults.size).toBe(0);
  });
});
