import * as fc from "fast-check";
import { ERROR_CODE, type FilesReadResult } from "@sandpipe/spec/v1";
import type { FixtureFile } from "@sandpipe/spec/control";
import { storableText } from "../../arbitraries/text.js";
import { hostCheck, type HostCheck } from "../check.js";
import { errorFact, located, resultFact } from "./facts.js";
import { answered, call, write } from "./steps.js";
import {
  BAD_PARAMS,
  bytes,
  characters,
  characterStarts,
  content,
  CONVERSATION,
  fileOf,
  membersFact,
  message,
  name,
  plan,
  read,
} from "./store-plans.js";

/** A file with bytes that are no UTF-8 from one offset to another, among such as end no character. */
function withBadBytes(
  before: string,
  bad: string,
  after: string,
): { file: Buffer; from: number; to: number } {
  const head = Buffer.from(`${before}.`);
  const file = Buffer.concat([head, Buffer.from(bad, "hex"), Buffer.from(`....${after}`)]);
  return { file, from: head.length, to: head.length + bad.length / 2 };
}

/** Checks of the area `data` that only read, in the order of its rows. */
export const dataReadChecks: readonly HostCheck[] = [
  hostCheck("data:get:info", {
    given: fc.array(
      fc.record({
        named: name,
        one: fc.oneof(
          content.map((utf8) => ({ utf8 })),
          bytes.map((base64) => ({ base64 })),
        ),
        own: fc.boolean(),
      }),
      {
        minLength: 1,
        maxLength: 10,
      },
    ),
    when: (files) =>
      plan(
        {
          files: files.map(({ named, one, own }, index): FixtureFile => ({
            id: `f${index}`,
            projectId: "p1",
            ...(own ? { conversationId: "c1" } : {}),
            name: named,
            ...("utf8" in one
              ? { content: one.utf8, encoding: "utf8" }
              : { content: one.base64, encoding: "base64" }),
          })),
        },
        write(...files.map((_, index) => call(`f${index}`, "files.get", { fileId: `f${index}` }))),
        answered(...files.map((_, index) => `f${index}`)),
      ),
    then: (seen, files) =>
      files.map(({ named, one, own }, index) => {
        const size = "utf8" in one ? Buffer.byteLength(one.utf8) : Buffer.from(one.base64, "base64").length;
        return membersFact(seen, `f${index}`, {
          id: `f${index}`,
          name: named,
          size,
          projectId: "p1",
          conversationId: own ? "c1" : null,
        });
      }),
    reach: { count: (_, files) => files.length },
  }),

  hostCheck("data:read:ranges", {
    given: fc.record({
      one: bytes,
      ranges: fc.array(
        fc.record({
          from: fc.double({ min: 0, max: 1, noNaN: true }),
          length: fc.option(fc.nat(400), { nil: null }),
        }),
        { minLength: 1, maxLength: 20 },
      ),
    }),
    when: ({ one, ranges }) => {
      const size = Buffer.from(one, "base64").length;
      return plan(
        { files: [fileOf("f", one, "base64")] },
        write(
          ...ranges.map(({ from, length }, index) =>
            read(`r${index}`, "f", Math.round(from * size), length ?? undefined, "base64"),
          ),
        ),
        answered(...ranges.map((_, index) => `r${index}`)),
      );
    },
    then: (seen, { one, ranges }) => {
      const whole = Buffer.from(one, "base64");
      return ranges.map(({ from, length }, index) => {
        const offset = Math.round(from * whole.length);
        const part = whole.subarray(offset, length === null ? undefined : offset + length);
        return resultFact(seen, `r${index}`, {
          content: part.toString("base64"),
          encoding: "base64",
          offset,
          length: part.length,
          size: whole.length,
          eof: offset + part.length >= whole.length,
        });
      });
    },
    reach: { count: (_, { ranges }) => ranges.length },
  }),

  // R23: modelcontextprotocol/servers#4666
  hostCheck("data:read:whole-characters", {
    given: fc.record({ one: content, length: fc.constantFrom(1, 2, 3, 4, 5, 7, 1_024) }),
    when: ({ one, length }) => {
      // Every start of a character, each read by itself: an answer is not waited for to know the next offset.
      const starts = characterStarts(one);
      return plan(
        { files: [fileOf("f", one)] },
        write(...starts.map((offset) => read(`at-${offset}`, "f", offset, length, "utf8"))),
        answered(...starts.map((offset) => `at-${offset}`)),
      );
    },
    then: (seen, { one, length }) => {
      const whole = Buffer.from(one);
      return characterStarts(one).map((offset) => {
        const part = characters(whole, offset, length);
        return resultFact(seen, `at-${offset}`, {
          content: part.toString("utf8"),
          encoding: "utf8",
          offset,
          length: part.length,
          size: whole.length,
          eof: offset + part.length >= whole.length,
        });
      });
    },
    reach: { count: (_, { one }) => Buffer.byteLength(one) - Array.from(one).length },
  }),

  hostCheck("data:read:bad-range", {
    given: fc.array(
      fc.constantFrom<Readonly<Record<string, unknown>>>(
        { offset: -1, encoding: "utf8" },
        { length: -1, encoding: "utf8" },
        { offset: -5, length: 3, encoding: "base64" },
        { encoding: "latin1" },
        { encoding: "UTF8" },
        { offset: 2, encoding: "utf8" },
        { offset: 5, length: 1, encoding: "utf8" },
        { offset: 7, length: 0, encoding: "utf8" },
      ),
      { minLength: 1, maxLength: 10, size: "max" },
    ),
    when: (bad) =>
      plan(
        { files: [fileOf("f", "aéあ😀")] },
        write(
          ...bad.map((params, index) => call(index, "files.read", { fileId: "f", ...params })),
          read("right", "f", 3, 3, "utf8"),
        ),
        answered(...bad.keys(), "right"),
      ),
    then: (seen, bad) => [
      ...bad.map((_, index) => errorFact(seen, index, BAD_PARAMS)),
      membersFact(seen, "right", { content: "あ", length: 3 }),
    ],
    reach: { count: (_, bad) => bad.length },
  }),

  hostCheck("data:read:past-end", {
    given: fc.record({
      one: content,
      past: fc.array(fc.constantFrom(0, 1, 2, 1_000, 2 ** 40), { minLength: 1, maxLength: 8 }),
      encoding: fc.constantFrom("utf8" as const, "base64" as const),
    }),
    when: ({ one, past, encoding }) =>
      plan(
        { files: [fileOf("f", one)] },
        write(
          ...past.map((more, index) => read(`r${index}`, "f", Buffer.byteLength(one) + more, 10, encoding)),
        ),
        answered(...past.map((_, index) => `r${index}`)),
      ),
    then: (seen, { past }) =>
      past.map((_, index) => membersFact(seen, `r${index}`, { content: "", length: 0, eof: true })),
    reach: { count: (_, { past }) => past.length },
  }),

  hostCheck("data:read:not-utf8", {
    given: fc.record({
      before: content,
      bad: fc.constantFrom("ff", "c0af", "eda080", "80", "e282", "f4908080"),
      after: content,
      more: fc.nat(20),
    }),
    when: ({ before, bad, after, more }) => {
      const { file, from, to } = withBadBytes(before, bad, after);
      return plan(
        { files: [fileOf("f", file.toString("base64"), "base64")] },
        write(
          read("across", "f", 0, to + 4 + more, "utf8"),
          read("whole", "f", 0, undefined, "utf8"),
          read("before", "f", 0, from - 1, "utf8"),
          read("after", "f", to, undefined, "utf8"),
          read("bytes", "f", 0, undefined, "base64"),
        ),
        answered("across", "whole", "before", "after", "bytes"),
      );
    },
    then: (seen, { before, bad, after }) => [
      ...["across", "whole"].flatMap((id) => {
        const [answer] = seen.answers(id);
        const { message = "" } = (answer?.value["error"] ?? {}) as { message?: string };
        const named = /base64/iu.test(message) ? "names base64" : message;
        return [
          errorFact(seen, id, BAD_PARAMS),
          located(`the message of the refusal of ${id}`, "names base64", named, answer?.at),
        ];
      }),
      membersFact(seen, "before", { content: before }),
      membersFact(seen, "after", { content: `....${after}` }),
      membersFact(seen, "bytes", { content: withBadBytes(before, bad, after).file.toString("base64") }),
    ],
    reach: { count: (seen) => seen.answers("across").length },
  }),

  hostCheck("data:read:fits-frame", {
    given: fc.record({
      unit: fc.constantFrom("a", "あ", "\u0001", '"', "😀"),
      encoding: fc.constantFrom("utf8" as const, "base64" as const),
      times: fc.oneof(
        { weight: 3, arbitrary: fc.integer({ min: 70_000, max: 100_000 }) },
        { weight: 1, arbitrary: fc.integer({ min: 1_000, max: 100_000 }) },
      ),
    }),
    when: ({ unit, encoding, times }) => ({
      run: {
        limits: { maxFrameBytes: 65_536 },
        fixture: {
          projects: [{ id: "p1", name: "First" }],
          conversations: [CONVERSATION],
          files: [fileOf("f", unit.repeat(times))],
        },
      },
      steps: [
        { do: "open" },
        write(call("whole", "files.read", { fileId: "f", encoding })),
        answered("whole"),
      ],
    }),
    then: (seen, { unit, encoding, times }) => {
      const whole = Buffer.from(unit.repeat(times));
      const [answer] = seen.answers("whole");
      const {
        content: got = "",
        length = 0,
        eof,
      } = (answer?.value["result"] ?? {}) as Partial<FilesReadResult>;
      const fits = Buffer.byteLength(answer?.text ?? "") <= 65_536;
      const part = Buffer.from(got, encoding);
      // As much as fits: a part that leaves most of a frame unused makes ten calls of one.
      const enough = length === whole.length || Buffer.byteLength(answer?.text ?? "") >= 16_384;
      return [
        located("the response", "fits one frame", fits ? "fits one frame" : "is too large", answer?.at),
        located("the length that is told", part.length, length, answer?.at),
        located(
          "the bytes",
          "the file's",
          whole.subarray(0, length).equals(part) ? "the file's" : "others",
          answer?.at,
        ),
        located("eof", length === whole.length, eof, answer?.at),
        located(
          "the use of the frame",
          "at least a quarter",
          enough ? "at least a quarter" : `${length} bytes`,
          answer?.at,
        ),
      ];
    },
    reach: { count: (_, { unit, times }) => Number(Buffer.byteLength(unit) * times > 65_536) },
  }),

  hostCheck("data:project:get", {
    given: fc.record({ last: fc.boolean(), named: fc.boolean(), projectName: storableText }),
    when: ({ last, named, projectName }) => {
      const own = { id: "p1", name: projectName, "x-colour": "blue" };
      const other = { id: "p2", name: "Other" };
      return plan(
        { projects: last ? [other, own] : [other, own, { id: "p3", name: "Another" }] },
        write(call("project", "projects.get", named ? { projectId: "p1" } : {})),
        answered("project"),
      );
    },
    then: (seen, { projectName }) => [membersFact(seen, "project", { id: "p1", name: projectName })],
    reach: { count: (seen) => seen.answers("project").length },
  }),

  hostCheck("data:conversation:get", {
    given: fc.record({ said: fc.array(storableText, { minLength: 2, maxLength: 8 }), named: fc.boolean() }),
    when: ({ said, named }) =>
      plan(
        {
          conversations: [
            { ...CONVERSATION, id: "c0" },
            { ...CONVERSATION, title: "T", messages: said.map(message) },
          ],
        },
        write(call("conversation", "conversations.get", named ? { conversationId: "c1" } : {})),
        answered("conversation"),
      ),
    then: (seen, { said }) => [
      membersFact(seen, "conversation", {
        id: "c1",
        projectId: "p1",
        title: "T",
        messages: said.map(message),
      }),
    ],
    reach: { count: (_, { said }) => said.length - 1 },
  }),

  hostCheck("data:conversation:none", {
    given: fc.constant("none"),
    when: () => ({
      run: { session: { projectId: "p1" } },
      steps: [
        { do: "open" },
        write(call("none", "conversations.get", {}), call("project", "projects.get", {})),
        answered("none", "project"),
      ],
    }),
    then: (seen) => [
      errorFact(seen, "none", { code: ERROR_CODE.not_found, kind: "not_found" }),
      membersFact(seen, "project", { id: "p1" }),
    ],
    reach: { count: (seen) => seen.answers("none").length },
    runs: 1,
  }),
];
