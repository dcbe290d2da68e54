import { describe, expect, test } from "vitest";
import { readTrace } from "./read-trace.js";

const line = (direction: string, frame: unknown, session = "s1", at = 0): string =>
  JSON.stringify({ time: "2026-01-01T00:00:00.000Z", at, session, transport: "stdio", direction, frame });

describe("readTrace", () => {
  test("makes a trace of each session of a host's trace file, in the order of their first frames", () => {
    const traces = readTrace(
      [
        line("from-sandbox", { jsonrpc: "2.0", id: 1, method: "session.open" }, "a"),
        line("from-sandbox", { jsonrpc: "2.0", id: 1, method: "session.open" }, "b"),
        line("to-sandbox", { jsonrpc: "2.0", id: 1, result: {} }, "a", 2.5),
        "",
      ].join("\n"),
    );
    expect(traces.map(({ name, entries }) => [name, entries.length])).toEqual([
      ["a", 2],
      ["b", 1],
    ]);
    expect(traces[0]?.entries[1]).toMatchObject({
      at: 2.5,
      from: 0,
      to: 1,
      message: { kind: "result", id: "1" },
    });
  });

  test("tells the text id from the number, an error's code, and what is no frame", () => {
    const [trace] = readTrace(
      [
        line("from-sandbox", { jsonrpc: "2.0", id: "1", method: "m" }),
        line("to-sandbox", { jsonrpc: "2.0", id: "1", error: { code: -32601, message: "no" } }),
        line("from-sandbox", "not json"),
        line("to-sandbox", { jsonrpc: "2.0", id: 1, result: 1, error: {} }),
        line("from-sandbox", { jsonrpc: "2.0", method: "session.output" }),
      ].join("\n"),
    );
    expect(trace?.entries.map(({ message }) => message)).toEqual([
      { kind: "request", method: "m", id: '"1"' },
      { kind: "error", id: '"1"', code: -32601, words: "no" },
      { kind: "malformed" },
      { kind: "malformed", id: "1" },
      { kind: "notification", method: "session.output" },
    ]);
  });

  test("counts the bytes of a payload in UTF-8", () => {
    const [trace] = readTrace(line("from-sandbox", "aé€😀"));
    expect(trace?.entries[0]?.size).toBe(Buffer.byteLength("aé€😀"));
  });

  test("draws a saved failing session with the parties of its role, and marks what its facts point at", () => {
    const saved = {
      ...{ sandpipe: "failure", role: "host", check: "call:id:echo-type", facts: [{ at: 1 }] },
      transcript: [
        { at: 0, direction: "to-subject", channel: "control", text: "run {}", size: 6 },
        {
          at: 1,
          direction: "to-subject",
          channel: "wire",
          text: '\u001e{"jsonrpc":"2.0","id":7,"method":"m"}\n',
          size: 38,
        },
        { at: 2, direction: "note", channel: "process", text: "exit 0", size: 6 },
      ],
    };
    const [trace] = readTrace(JSON.stringify(saved, undefined, 2));
    expect(trace).toMatchObject({ name: "call:id:echo-type", parties: ["kit", "host", "probe"] });
    expect(trace?.entries).toMatchObject([
      { from: 0, to: 1, channel: "control" },
      { from: 2, to: 1, marked: true, message: { kind: "request", id: "7" } },
      { channel: "process" },
    ]);
    expect(trace?.entries[2]).not.toHaveProperty("from");
  });

  test.each([
    ["", "neither a host's --trace file"],
    ["hello", "neither a host's --trace file"],
    ['{"a":1}\n', 'line 1 is no line of a trace: it lacks "at"'],
    [`${line("to-sandbox", {})}\n{"at":1,"ses`, "line 2 is no JSON"],
    ['{"sandpipe":"failure"}', 'lacks its "transcript"'],
  ])("says what is wrong with %j", (text, words) => {
    expect(() => readTrace(text)).toThrow(words);
  });
});
