import * as fc from "fast-check";
import { ERROR_CODE, type FileInfo, type FilesReadResult } from "@sandpipe/spec/v1";
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
  pagesOf,
  plan,
  read,
} from "./store-plans.js";

/** Checks of the area `data` that only read, in the order of its rows. */
export const dataReadChecks: readonly HostCheck[] = [
  hostCheck("data:list:pages", {
    given: fc.record({ files: fc.nat(25), limit: fc.constantFrom(1, 2, 3, 7, 25, 100) }),
    when: ({ files, limit }) =>
      plan(
        { files: Array.from({ length: files }, (_, index) => fileOf(`f${index}`, "x")) },
        { do: "pages", id: "page", method: "files.list", params: { limit } },
      ),
    then: (seen, { files, limit }) => {
      const pages = pagesOf(seen, "page", "files") as FileInfo[][];
      const largest = Math.max(0, ...pages.map((page) => page.length));
      return [
        {
          about: "the files of all pages",
          expected: Array.from({ length: files }, (_, index) => `f${index}`).sort(),
          actual: pages
            .flat()
            .map((file) => file.id)
            .sort(),
        },
        {
          about: "the largest page",
          expected: `at most ${limit}`,
          actual: largest <= limit ? `at most ${limit}` : largest,
        },
      ];
    },
    reach: { count: (_, { files, limit }) => Number(files > limit) },
  }),

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

  hostCheck("data:read:fits-frame", {
    given: fc.record({
      unit: fc.constantFrom("a", "あ", "\u0001", '"', "😀"),
      encoding: fc.constantFrom("utf8" as const, "base64" as const),
      times: fc.integer({ min: 1_000, max: 100_000 }),
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
    given: fc.record({ first: fc.boolean(), named: fc.boolean(), projectName: storableText }),
    when: ({ first, named, projectName }) => {
      const own = { id: "p1", name: projectName, "x-colour": "blue" };
      const other = { id: "p2", name: "Other" };
      return plan(
        { projects: first ? [own, other] : [other, own] },
        write(call("project", "projects.get", named ? { projectId: "p1" } : {})),
        answered("project"),
      );
    },
    then: (seen, { projectName }) => [membersFact(seen, "project", { id: "p1", name: projectName })],
    reach: { count: (_, { first }) => Number(!first) },
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

  hostCheck("data:conversation:pages", {
    given: fc.record({
      said: fc.array(fc.nat(999), { maxLength: 20, size: "max" }),
      limit: fc.constantFrom(1, 2, 3, 7),
    }),
    when: ({ said, limit }) =>
      plan(
        { conversations: [{ ...CONVERSATION, messages: said.map((n, index) => message(String(n), index)) }] },
        { do: "pages", id: "page", method: "conversations.get", params: { limit } },
      ),
    then: (seen, { said }) => [
      {
        about: "the messages of all pages",
        expected: said.map((n, index) => message(String(n), index)),
        actual: pagesOf(seen, "page", "messages").flat(),
      },
    ],
    reach: { count: (_, { said, limit }) => Number(said.length > limit) },
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
