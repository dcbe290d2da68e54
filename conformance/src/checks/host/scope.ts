import * as fc from "fast-check";
import { ERROR_CODE, type FileInfo } from "@sandpipe/spec/v1";
import type { Fixture, FixtureFile } from "@sandpipe/spec/control";
import { mostOf } from "../../arbitraries/most-of.js";
import type { HostSeen } from "../../target/host-seen.js";
import { hostCheck, type Fact, type HostCheck } from "../check.js";
import { errorFact, located, resultOf } from "./facts.js";
import { answered, call, write } from "./steps.js";

const NOT_FOUND = { code: ERROR_CODE.not_found, kind: "not_found" };
const OUT_OF_SCOPE = { code: ERROR_CODE.out_of_scope, kind: "out_of_scope" };

/** Whose a file is: of the project, of the session's conversation, of another, or of another project. */
const OWNERS = {
  project: { projectId: "p1" },
  own: { projectId: "p1", conversationId: "c1" },
  other: { projectId: "p1", conversationId: "c2" },
  foreign: { projectId: "p2" },
  "foreign-conversation": { projectId: "p2", conversationId: "c3" },
} as const;
type Owner = keyof typeof OWNERS;

const owners: fc.Arbitrary<Owner[]> = mostOf([
  ...(Object.keys(OWNERS) as Owner[]),
  ...(Object.keys(OWNERS) as Owner[]),
]);

function fixtureOf(files: readonly Owner[]): Fixture {
  return {
    projects: [
      { id: "p1", name: "First" },
      { id: "p2", name: "Second" },
    ],
    conversations: [
      { id: "c1", projectId: "p1", messages: [] },
      { id: "c2", projectId: "p1", messages: [] },
      { id: "c3", projectId: "p2", messages: [] },
    ],
    files: files.map((owner, index): FixtureFile => ({
      id: `s${index}`,
      ...OWNERS[owner],
      name: `${owner}.txt`,
      content: owner,
      encoding: "utf8",
    })),
  };
}

/** The ids of the files that belong to these owners. */
function idsOf(files: readonly Owner[], owned: readonly Owner[]): string[] {
  return files.flatMap((owner, index) => (owned.includes(owner) ? [`s${index}`] : [])).sort();
}

function listFact(seen: HostSeen, id: string, expected: readonly string[]): Fact {
  const { files = [] } = (resultOf(seen, id) ?? {}) as { files?: FileInfo[] };
  const actual = files.map((file) => file.id).sort();
  return located(`the files that ${id} returns`, expected, actual, seen.answers(id)[0]?.at);
}

/** Checks of the area `scope`, in the order of its rows. */
export const scopeChecks: readonly HostCheck[] = [
  hostCheck("scope:list:filtered", {
    given: owners,
    when: (files) => ({
      run: { fixture: fixtureOf(files) },
      steps: [
        { do: "open" },
        write(
          call("all", "files.list", {}),
          call("named", "files.list", { projectId: "p1" }),
          call("own", "files.list", { conversationId: "c1" }),
        ),
        answered("all", "named", "own"),
      ],
    }),
    then: (seen, files) => [
      listFact(seen, "all", idsOf(files, ["project", "own"])),
      listFact(seen, "named", idsOf(files, ["project", "own"])),
      listFact(seen, "own", idsOf(files, ["own"])),
    ],
    reach: { count: (_, files) => idsOf(files, ["other", "foreign", "foreign-conversation"]).length },
  }),

  hostCheck("scope:file:foreign-not-found", {
    given: owners,
    when: (files) => ({
      run: { fixture: fixtureOf(files) },
      steps: [
        { do: "open" },
        write(
          call("absent", "files.get", { fileId: "absent" }),
          ...files.flatMap((_, index) => [
            call(`get-${index}`, "files.get", { fileId: `s${index}` }),
            call(`read-${index}`, "files.read", { fileId: `s${index}`, encoding: "utf8" }),
          ]),
        ),
        answered("absent", ...files.flatMap((_, index) => [`get-${index}`, `read-${index}`])),
      ],
    }),
    then: (seen, files) => [
      errorFact(seen, "absent", NOT_FOUND),
      ...files.flatMap((owner, index) => {
        if (owner !== "project" && owner !== "own")
          return [errorFact(seen, `get-${index}`, NOT_FOUND), errorFact(seen, `read-${index}`, NOT_FOUND)];
        const { content } = (resultOf(seen, `read-${index}`) ?? {}) as { content?: string };
        return [located(`the content of s${index}`, owner, content, seen.answers(`read-${index}`)[0]?.at)];
      }),
    ],
    reach: { count: (_, files) => idsOf(files, ["other", "foreign", "foreign-conversation"]).length },
  }),

  hostCheck("scope:name:out-of-scope", {
    given: fc.array(
      fc.constantFrom<readonly [string, Readonly<Record<string, unknown>>]>(
        ["files.list", { projectId: "p2" }],
        ["files.list", { projectId: "absent" }],
        ["files.list", { conversationId: "c2" }],
        ["files.list", { conversationId: "c3" }],
        ["files.list", { conversationId: "absent" }],
        ["files.list", { projectId: "p2", conversationId: "c1" }],
        ["files.list", { projectId: "p1", conversationId: "c2" }],
        ["projects.get", { projectId: "p2" }],
        ["projects.get", { projectId: "absent" }],
        ["conversations.get", { conversationId: "c2" }],
        ["conversations.get", { conversationId: "absent" }],
      ),
      { minLength: 1, maxLength: 12, size: "max" },
    ),
    when: (named) => ({
      run: { fixture: fixtureOf(["own", "other", "foreign"]) },
      steps: [
        { do: "open" },
        write(
          call("right", "files.list", { projectId: "p1", conversationId: "c1" }),
          ...named.map(([method, params], index) => call(index, method, params)),
        ),
        answered("right", ...named.keys()),
      ],
    }),
    then: (seen, named) => [
      listFact(seen, "right", ["s0"]),
      ...named.map((_, index) => errorFact(seen, index, OUT_OF_SCOPE)),
    ],
    reach: { count: (_, named) => named.length },
  }),

  hostCheck("scope:session:no-conversation", {
    given: owners,
    when: (files) => ({
      run: { session: { projectId: "p1" }, fixture: fixtureOf(files) },
      steps: [
        { do: "open" },
        write(
          call("all", "files.list", {}),
          call("conversation", "files.list", { conversationId: "c1" }),
          ...files.map((_, index) => call(index, "files.get", { fileId: `s${index}` })),
        ),
        answered("all", "conversation", ...files.keys()),
      ],
    }),
    then: (seen, files) => [
      listFact(seen, "all", idsOf(files, ["project"])),
      errorFact(seen, "conversation", OUT_OF_SCOPE),
      ...files.flatMap((owner, index) => (owner === "project" ? [] : [errorFact(seen, index, NOT_FOUND)])),
    ],
    reach: { count: (_, files) => files.filter((owner) => owner !== "project").length },
  }),
];
