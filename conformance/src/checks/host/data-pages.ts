import * as fc from "fast-check";
import type { FileInfo } from "@sandpipe/spec/v1";
import type { HostSeen } from "../../target/host-seen.js";
import { hostCheck, type Fact, type HostCheck } from "../check.js";
import { errorFact, located } from "./facts.js";
import { answered, call, write } from "./steps.js";
import { BAD_PARAMS, CONVERSATION, fileOf, message, pagesOf, plan } from "./store-plans.js";

/** Texts that are no host's cursor, however it makes them. */
const noCursor = fc.constantFrom(
  "",
  " ",
  "no cursor of anybody's",
  "-1",
  "{}",
  "\u0000",
  "🙃",
  "x".repeat(3_000),
);

const MINIMUM_FRAME = 65_536;

/** No page is larger than a frame, and there is more than one. */
function sizesFact(seen: HostSeen, id: string): Fact {
  const answers = Array.from({ length: 100 }, (_, page) => seen.answers(`${id}-${page + 1}`)).flat();
  const sizes = answers.map(({ text }) => Buffer.byteLength(text));
  const largest = sizes.indexOf(Math.max(0, ...sizes));
  const most = `at most ${MINIMUM_FRAME} bytes`;
  const fits = (sizes[largest] ?? 0) <= MINIMUM_FRAME;
  return located(`the largest page of ${id}`, most, fits ? most : sizes[largest], answers[largest]?.at);
}

/** Checks of lists that come in pages. */
export const dataPageChecks: readonly HostCheck[] = [
  hostCheck("data:list:pages", {
    given: fc.record({
      files: fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: 4, max: 25 }) },
        { weight: 1, arbitrary: fc.nat(3) },
      ),
      limit: fc.constantFrom(1, 2, 3, 1, 2, 3, 7, 25, 100),
    }),
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
    runs: 12,
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

  hostCheck("data:page:fits-frame", {
    given: fc.record({
      files: fc.integer({ min: 220, max: 320 }),
      messages: fc.integer({ min: 10, max: 16 }),
      unit: fc.constantFrom("a", '"', "あ", "\u0001"),
      // However a host escapes them, one message fits a frame, and all of them don't.
      characters: fc.integer({ min: 8_000, max: 10_000 }),
      limit: fc.option(fc.constantFrom(1_000), { nil: null }),
    }),
    when: ({ files, messages, unit, characters, limit }) => {
      const said = unit.repeat(characters);
      const { run, steps } = plan(
        {
          files: Array.from({ length: files }, (_, index) =>
            fileOf(`f${index}`, "x", "utf8", { name: `${"n".repeat(200)}-${index}.txt` }),
          ),
          conversations: [
            { ...CONVERSATION, messages: Array.from({ length: messages }, (_, n) => message(said, n)) },
          ],
        },
        { do: "pages", id: "files", method: "files.list", params: limit === null ? {} : { limit } },
        { do: "pages", id: "messages", method: "conversations.get", params: limit === null ? {} : { limit } },
      );
      return { run: { ...run, limits: { maxFrameBytes: MINIMUM_FRAME } }, steps };
    },
    then: (seen, { files, messages }) => [
      sizesFact(seen, "files"),
      sizesFact(seen, "messages"),
      {
        about: "the files of all pages",
        expected: Array.from({ length: files }, (_, index) => `f${index}`).sort(),
        actual: (pagesOf(seen, "files", "files") as FileInfo[][])
          .flat()
          .map(({ id }) => id)
          .sort(),
      },
      {
        about: "the number of messages of all pages",
        expected: messages,
        actual: pagesOf(seen, "messages", "messages").flat().length,
      },
    ],
    reach: { count: (seen) => seen.answers("files-2").length + seen.answers("messages-2").length },
    runs: 6,
  }),

  hostCheck("data:page:bad-cursor", {
    given: fc.array(
      fc.record({ cursor: noCursor, method: fc.constantFrom("files.list", "conversations.get") }),
      { minLength: 1, maxLength: 10, size: "max" },
    ),
    when: (bad) =>
      plan(
        {
          files: Array.from({ length: 5 }, (_, index) => fileOf(`f${index}`, "x")),
          conversations: [{ ...CONVERSATION, messages: ["a", "b", "c"].map(message) }],
        },
        write(...bad.map(({ cursor, method }, index) => call(index, method, { cursor, limit: 2 }))),
        answered(...bad.keys()),
        { do: "pages", id: "files", method: "files.list", params: { limit: 2 } },
        { do: "pages", id: "messages", method: "conversations.get", params: { limit: 2 } },
      ),
    then: (seen, bad) => [
      ...bad.map((_, index) => errorFact(seen, index, BAD_PARAMS)),
      {
        about: "the files of all pages",
        expected: 5,
        actual: pagesOf(seen, "files", "files").flat().length,
      },
      {
        about: "the messages of all pages",
        expected: 3,
        actual: pagesOf(seen, "messages", "messages").flat().length,
      },
    ],
    reach: { count: (_, bad) => bad.length },
  }),
];
