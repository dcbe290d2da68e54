import { describe, expect, test } from "vitest";
import { readFlow } from "./flow.js";
import { readTrace } from "./read-trace.js";
import { countMethods, KINDS, selectEntries, type Wanted } from "./select-entries.js";

const frames: readonly (readonly [string, object])[] = [
  ["from-sandbox", { jsonrpc: "2.0", id: 1, method: "files.list", params: { conversationId: "C1" } }],
  ["from-sandbox", { jsonrpc: "2.0", id: "2", method: "projects.get" }],
  ["to-sandbox", { jsonrpc: "2.0", id: 1, result: { files: [] } }],
  ["from-sandbox", { jsonrpc: "2.0", method: "session.output", params: { text: "hi" } }],
  ["to-sandbox", { jsonrpc: "2.0", id: 9, result: {} }],
];
const text = frames
  .map(([direction, frame]) => JSON.stringify({ at: 0, session: "s", direction, transport: "stdio", frame }))
  .join("\n");

describe("selectEntries", () => {
  const [trace] = readTrace(text);
  const select = (wanted: Partial<Wanted>): readonly number[] => {
    if (trace === undefined) throw new Error("no trace");
    const all: Wanted = { words: "", method: "", id: "", kinds: new Set(KINDS) };
    return selectEntries(trace, readFlow(trace.entries), { ...all, ...wanted });
  };

  test.each<[string, Partial<Wanted>, number[]]>([
    ["everything", {}, [0, 1, 2, 3, 4]],
    ["a method with its answers", { method: "files.list" }, [0, 2]],
    ["an id as JSON", { id: "1" }, [0, 2]],
    ["an id written bare", { id: "2" }, [1]],
    ["words in any case, all of them", { words: "c1 FILES" }, [0]],
    ["faults alone", { kinds: new Set(["faults"]) }, [4]],
    ["requests alone", { kinds: new Set(["requests"]) }, [0, 1]],
    ["nothing", { words: "absent" }, []],
  ])("chooses %s", (_, wanted, chosen) => {
    expect(select(wanted)).toEqual(chosen);
  });

  test("counts methods by name", () => {
    expect(trace && countMethods(trace)).toEqual([
      ["files.list", 1],
      ["projects.get", 1],
      ["session.output", 1],
    ]);
  });
});
