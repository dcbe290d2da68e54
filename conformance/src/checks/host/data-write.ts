import * as fc from "fast-check";
import { mostOf } from "../../arbitraries/most-of.js";
import { text } from "../../arbitraries/text.js";
import type { FileAct, HostStep } from "../../target/host-plan.js";
import { hostCheck, type HostCheck } from "../check.js";
import { errorFact, resultOf } from "./facts.js";
import { answered, call, write } from "./steps.js";
import { BAD_PARAMS, bytes, fileOf, listedFact, membersFact, name, plan, sha256 } from "./store-plans.js";

/** Calls with the uploadId of "create" and goes on at the answer. */
function upload(id: string, method: string, params: Readonly<Record<string, unknown>> = {}): HostStep[] {
  return [
    {
      do: "call-from",
      id,
      method: `files.${method}`,
      params,
      of: "create",
      member: "uploadId",
      as: "uploadId",
    },
    answered(id),
  ];
}

const create = (named: string): HostStep[] => [
  write(call("create", "files.create", { name: named })),
  answered("create"),
];
const list = (id: string): HostStep[] => [write(call(id, "files.list", {})), answered(id)];
const place = (named: string, kind: Extract<FileAct, { act: "place" }>["kind"], one: string): HostStep => ({
  do: "file",
  file: { act: "place", name: named, kind, text: one },
});

const parts = fc.array(
  text.filter((one) => one !== ""),
  { minLength: 1, maxLength: 5 },
);

/** The offset of each part, and the end. */
function offsetsOf(texts: readonly string[]): number[] {
  let offset = 0;
  return [0, ...texts.map((one) => (offset += Buffer.byteLength(one)))];
}

/** Appends each part at its place. */
function append(texts: readonly string[]): HostStep[] {
  const offsets = offsetsOf(texts);
  return texts.flatMap((one, index) =>
    upload(`part-${index}`, "append", { offset: offsets[index] ?? 0, content: one, encoding: "utf8" }),
  );
}

/** What `files.adopt` refuses: links, folders, FIFOs, and whatever is no plain name; and what must lie there for it. */
const BAD_PATHS: Readonly<Record<string, readonly HostStep[]>> = {
  link: [place("link", "symlink", "chart.txt")],
  hard: [place("original", "file", "x"), place("hard", "hard-link", "original")],
  folder: [place("folder", "folder", "")],
  fifo: [place("fifo", "fifo", "")],
  dangling: [place("dangling", "symlink", "/nowhere/at/all")],
  "../x": [],
  "/etc/hostname": [],
  "./chart.txt": [],
  "inside/inner.txt": [place("inside", "folder", ""), place("inside/inner.txt", "file", "inner")],
  "around/../chart.txt": [place("around", "folder", "")],
  "..": [],
  ".": [],
  "": [],
  absent: [],
  "chart.txt/": [],
};

/** Checks of the area `data` that write, in the order of its rows. */
export const dataWriteChecks: readonly HostCheck[] = [
  hostCheck("data:materialize:same-bytes", {
    given: fc.array(bytes, { minLength: 1, maxLength: 4 }),
    when: (files) =>
      plan(
        { files: files.map((one, index) => fileOf(`f${index}`, one, "base64")) },
        write(...files.map((_, index) => call(`f${index}`, "files.materialize", { fileId: `f${index}` }))),
        answered(...files.map((_, index) => `f${index}`)),
        ...files.map((_, index): HostStep => ({ do: "file", file: { act: "read", of: `f${index}` } })),
      ),
    then: (seen, files) =>
      files.map((one, index) => ({
        about: `the bytes at the path of f${index}, as base64`,
        expected: one,
        actual: seen.files[index]?.text ?? seen.files[index]?.failed,
      })),
    reach: { count: (seen) => seen.files.filter((file) => file.text !== undefined).length },
  }),

  hostCheck("data:materialize:host-unharmed", {
    given: fc.record({ one: text, spoiled: text }),
    when: ({ one, spoiled }) =>
      plan(
        { files: [fileOf("f", `own ${one}`)] },
        write(call("first", "files.materialize", { fileId: "f" })),
        answered("first"),
        { do: "file", file: { act: "spoil", of: "first", text: `spoiled ${spoiled}` } },
        write(
          call("read", "files.read", { fileId: "f", encoding: "utf8" }),
          call("second", "files.materialize", { fileId: "f" }),
        ),
        answered("read", "second"),
        { do: "file", file: { act: "read", of: "second" } },
      ),
    then: (seen, { one }) => [
      membersFact(seen, "read", { content: `own ${one}` }),
      {
        about: "the bytes at a second path, as base64",
        expected: Buffer.from(`own ${one}`).toString("base64"),
        actual: seen.files[1]?.text ?? seen.files[1]?.failed,
      },
    ],
    reach: { count: (seen) => seen.files.length },
  }),

  hostCheck("data:write:stored", {
    given: fc.record({ named: name, one: bytes, mime: fc.constantFrom("text/csv", "application/x-é") }),
    when: ({ named, one, mime }) =>
      plan(
        {},
        write(call("write", "files.write", { name: named, content: one, encoding: "base64", mime })),
        answered("write"),
        ...list("list"),
        {
          do: "call-from",
          id: "read",
          method: "files.read",
          params: { encoding: "base64" },
          of: "write",
          member: "id",
          as: "fileId",
        },
        answered("read"),
      ),
    then: (seen, { named, one, mime }) => {
      const size = Buffer.from(one, "base64").length;
      return [
        membersFact(seen, "write", { name: named, size, mime, projectId: "p1", conversationId: "c1" }),
        membersFact(seen, "read", { content: one, size }),
        listedFact(seen, "list", "afterwards", [named]),
      ];
    },
    reach: { count: (seen) => seen.answers("write").length },
  }),

  hostCheck("data:upload:invisible-until-commit", {
    given: fc.record({ named: name, texts: parts }),
    when: ({ named, texts }) =>
      plan(
        {},
        ...create(named),
        ...append(texts),
        ...list("before"),
        ...upload("commit", "commit"),
        ...list("after"),
        {
          do: "call-from",
          id: "read",
          method: "files.read",
          params: { encoding: "utf8" },
          of: "commit",
          member: "id",
          as: "fileId",
        },
        answered("read"),
      ),
    then: (seen, { named, texts }) => [
      listedFact(seen, "before", "before the commit", []),
      listedFact(seen, "after", "after the commit", [named]),
      membersFact(seen, "commit", {
        name: named,
        size: Buffer.byteLength(texts.join("")),
        projectId: "p1",
        conversationId: "c1",
      }),
      membersFact(seen, "read", { content: texts.join("") }),
    ],
    reach: { count: (seen) => seen.answers("commit").length },
  }),

  hostCheck("data:upload:offset-repeats", {
    given: fc.record({ texts: parts, again: fc.nat(4), off: fc.constantFrom(-1, 1, 100) }),
    when: ({ texts, again, off }) => {
      const offsets = offsetsOf(texts);
      const index = again % texts.length;
      const at = (offsets.at(-1) ?? 0) + off;
      return plan(
        {},
        ...create("a.txt"),
        ...append(texts),
        ...upload("repeat", "append", {
          offset: offsets[index] ?? 0,
          content: texts[index] ?? "",
          encoding: "utf8",
        }),
        ...upload("wrong", "append", { offset: at, content: "\u0001other\u0002", encoding: "utf8" }),
        ...upload("changed", "append", {
          offset: 0,
          content: `\u0003${"z".repeat(Buffer.byteLength(texts.join("")))}`,
          encoding: "utf8",
        }),
        ...upload("commit", "commit"),
        {
          do: "call-from",
          id: "read",
          method: "files.read",
          params: { encoding: "utf8" },
          of: "commit",
          member: "id",
          as: "fileId",
        },
        answered("read"),
      );
    },
    then: (seen, { texts }) => {
      const offsets = offsetsOf(texts);
      return [
        ...texts.map((_, index) => membersFact(seen, `part-${index}`, { offset: offsets[index + 1] })),
        {
          about: "the repeat",
          expected: "taken",
          actual: resultOf(seen, "repeat") === undefined ? "refused" : "taken",
        },
        errorFact(seen, "wrong", BAD_PARAMS),
        errorFact(seen, "changed", BAD_PARAMS),
        membersFact(seen, "read", { content: texts.join("") }),
      ];
    },
    reach: { count: (seen) => seen.answers("repeat").length },
  }),

  hostCheck("data:upload:commit-repeats", {
    given: fc.record({ named: name, texts: parts, times: fc.integer({ min: 1, max: 3 }) }),
    when: ({ named, texts, times }) =>
      plan(
        {},
        ...create(named),
        ...append(texts),
        ...upload("commit", "commit"),
        ...Array.from({ length: times }, (_, index) => upload(`again-${index}`, "commit")).flat(),
        ...list("after"),
      ),
    then: (seen, { named, times }) => [
      ...Array.from({ length: times }, (_, index) => ({
        about: `the result of again-${index}`,
        expected: resultOf(seen, "commit"),
        actual: resultOf(seen, `again-${index}`),
      })),
      listedFact(seen, "after", "afterwards", [named]),
    ],
    reach: { count: (_, { times }) => times },
  }),

  hostCheck("data:upload:checksum", {
    given: fc.record({
      texts: parts,
      wrong: fc.constantFrom("0".repeat(64), sha256(Buffer.from("other")), "not a hash"),
    }),
    when: ({ texts, wrong }) =>
      plan(
        {},
        ...create("a.txt"),
        ...append(texts),
        ...upload("wrong", "commit", { sha256: wrong }),
        ...list("before"),
        ...upload("right", "commit", { sha256: sha256(Buffer.from(texts.join(""))) }),
        ...list("after"),
      ),
    then: (seen) => [
      errorFact(seen, "wrong", BAD_PARAMS),
      listedFact(seen, "before", "after the wrong checksum", []),
      listedFact(seen, "after", "after the right one", ["a.txt"]),
    ],
    reach: { count: (seen) => seen.answers("wrong").length },
  }),

  hostCheck("data:adopt:scratch-only", {
    given: fc.record({ one: text, bad: mostOf(Object.keys(BAD_PATHS)) }),
    when: ({ one, bad }) =>
      plan(
        {},
        place("chart.txt", "file", one),
        ...bad.flatMap((path) => BAD_PATHS[path] ?? []),
        write(...bad.map((path, index) => call(`bad-${index}`, "files.adopt", { path }))),
        answered(...bad.map((_, index) => `bad-${index}`)),
        ...list("before"),
        write(call("right", "files.adopt", { path: "chart.txt" })),
        answered("right"),
        {
          do: "call-from",
          id: "read",
          method: "files.read",
          params: { encoding: "utf8" },
          of: "right",
          member: "id",
          as: "fileId",
        },
        answered("read"),
      ),
    then: (seen, { one, bad }) => [
      ...bad.map((_, index) => errorFact(seen, `bad-${index}`, BAD_PARAMS)),
      listedFact(seen, "before", "after the refusals", []),
      membersFact(seen, "right", {
        name: "chart.txt",
        size: Buffer.byteLength(one),
        projectId: "p1",
        conversationId: "c1",
      }),
      membersFact(seen, "read", { content: one }),
    ],
    reach: { count: (seen) => seen.files.filter((file) => file.failed === undefined).length, floor: 8 },
  }),

  hostCheck("data:adopt:copied", {
    given: fc.record({ one: text, later: text }),
    when: ({ one, later }) =>
      plan(
        {},
        place("chart.txt", "file", one),
        write(call("adopt", "files.adopt", { path: "chart.txt", name: "chart" })),
        answered("adopt"),
        place("chart.txt", "file", `later ${later}`),
        {
          do: "call-from",
          id: "read",
          method: "files.read",
          params: { encoding: "utf8" },
          of: "adopt",
          member: "id",
          as: "fileId",
        },
        answered("read"),
        {
          do: "call-from",
          id: "get",
          method: "files.get",
          params: {},
          of: "adopt",
          member: "id",
          as: "fileId",
        },
        answered("get"),
      ),
    then: (seen, { one }) => {
      const size = Buffer.byteLength(one);
      const { sha256: told } = (resultOf(seen, "get") ?? {}) as { sha256?: string };
      return [
        membersFact(seen, "read", { content: one, size }),
        membersFact(seen, "get", { name: "chart", size }),
        {
          about: "sha256, where it is told",
          expected: told === undefined ? undefined : sha256(Buffer.from(one)),
          actual: told,
        },
      ];
    },
    reach: { count: (seen) => seen.answers("adopt").length },
  }),
];
