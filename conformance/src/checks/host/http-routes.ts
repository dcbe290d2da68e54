import * as fc from "fast-check";
import { ERROR_CODE } from "@sandpipe/spec/v1";
import { mostOf } from "../../arbitraries/most-of.js";
import type { HostStep } from "../../target/host-plan.js";
import type { HostSeen } from "../../target/host-seen.js";
import { STANDARD_FIXTURE } from "../../target/host-standard-run.js";
import { hostCheck, type Fact, type HostCheck } from "../check.js";
import { located } from "./facts.js";
import { exchangeOf, httpErrorFact, jsonFact } from "./http-refusal.js";
import { answered, call } from "./steps.js";

const OVER_HTTP = { transport: "http" } as const;
const FILES = STANDARD_FIXTURE.files ?? [];

const get = (
  as: string,
  path: string,
  headers: Readonly<Record<string, readonly string[]>> = {},
): HostStep => ({
  do: "http",
  as,
  ask: { method: "GET", path, headers },
});

/** The ids in a list of files, in a fixed order. */
function idsOf(value: unknown): string[] {
  const { files } = Object(value) as { files?: readonly { id: string }[] };
  return (files ?? []).map(({ id }) => id).sort();
}

function bytesOf(id: string): Buffer {
  const file = FILES.find((entry) => entry.id === id);
  return Buffer.from(file?.content ?? "", file?.encoding ?? "utf8");
}

function contentFact(seen: HostSeen, as: string, status: number, bytes: Uint8Array): Fact {
  const exchange = exchangeOf(seen, as);
  const { answer } = exchange ?? {};
  const actual = answer ? { status: answer.status, base64: answer.body.toString("base64") } : "no answer";
  return located(
    `the content in the answer to ${as}`,
    { status, base64: Buffer.from(bytes).toString("base64") },
    actual,
    exchange?.at,
  );
}

/** What is asked for, and what the answer must be. */
interface Route {
  readonly as: string;
  readonly path: (id: string) => string;
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly facts: (seen: HostSeen, as: string, id: string) => readonly Fact[];
}

const resultOf = (seen: HostSeen, id: string): unknown => seen.answers(id)[0]?.value["result"];

const ROUTES: readonly Route[] = [
  {
    as: "GET /files",
    path: () => "/api/mcp/files",
    facts: (seen, as) => [
      jsonFact(seen, as, ["f1", "f2"], idsOf),
      jsonFact(seen, as, resultOf(seen, "list")),
    ],
  },
  {
    as: "GET /files of the project",
    path: () => "/api/mcp/files?project_id=p1",
    facts: (seen, as) => [jsonFact(seen, as, ["f1", "f2"], idsOf)],
  },
  {
    as: "GET /files of the conversation",
    path: () => "/api/mcp/files?conversation_id=c1",
    facts: (seen, as) => [jsonFact(seen, as, ["f1"], idsOf)],
  },
  {
    as: "GET /files/id",
    path: (id) => `/api/mcp/files/${id}`,
    facts: (seen, as) => [jsonFact(seen, as, resultOf(seen, "get"))],
  },
  {
    as: "GET /files/id/content",
    path: (id) => `/api/mcp/files/${id}/content`,
    facts: (seen, as, id) => [contentFact(seen, as, 200, bytesOf(id))],
  },
  {
    as: "without a token",
    path: () => "/api/mcp/files",
    headers: { Authorization: [] },
    facts: (seen, as) => [
      httpErrorFact(seen, as, { status: 401, code: ERROR_CODE.unauthorized, kind: "unauthorized" }),
    ],
  },
];

const files = hostCheck("http:routes:files", {
  given: fc.record({ id: fc.constantFrom("f1", "f2"), routes: mostOf([...ROUTES.keys()]) }),
  when: ({ id, routes }) => ({
    run: OVER_HTTP,
    steps: [
      { do: "open", over: "http" },
      { do: "post", parts: [call("list", "files.list", {}), call("get", "files.get", { fileId: id })] },
      answered("list", "get"),
      ...chosen(routes).map(({ as, path, headers }) => get(as, path(id), headers)),
    ],
  }),
  then: (seen, { id, routes }) => chosen(routes).flatMap(({ as, facts }) => facts(seen, as, id)),
  reach: { count: (seen) => seen.http.length },
  needs: ["fixture"],
  runs: 2,
});

function chosen(routes: readonly number[]): readonly Route[] {
  return routes.flatMap((index) => ROUTES[index] ?? []);
}

/** What is out of the session's sight, and what a method says of it. */
const OUTSIDE = [
  ["a file of another conversation", "/api/mcp/files/f3", "not_found"],
  ["a file of another project", "/api/mcp/files/f4", "not_found"],
  ["no file", "/api/mcp/files/none", "not_found"],
  ["content of another conversation", "/api/mcp/files/f3/content", "not_found"],
  ["content of another project", "/api/mcp/files/f4/content", "not_found"],
  ["another project", "/api/mcp/files?project_id=p2", "out_of_scope"],
  ["another conversation", "/api/mcp/files?conversation_id=c2", "out_of_scope"],
  ["a conversation that isn't", "/api/mcp/files?conversation_id=none", "out_of_scope"],
] as const;

const scope = hostCheck("http:routes:scope", {
  given: fc.shuffledSubarray(
    OUTSIDE.map((_, index) => index),
    { minLength: 2 },
  ),
  when: (chosen) => ({
    run: OVER_HTTP,
    steps: [
      { do: "open", over: "http" },
      get("what is inside", "/api/mcp/files/f1/content"),
      ...chosen.map((index): HostStep => {
        const [as, path] = OUTSIDE[index] as (typeof OUTSIDE)[number];
        return get(as, path);
      }),
    ],
  }),
  then: (seen, chosen) => [
    contentFact(seen, "what is inside", 200, bytesOf("f1")),
    ...chosen.map((index): Fact => {
      const [as, , kind] = OUTSIDE[index] as (typeof OUTSIDE)[number];
      // Which status carries it is the host's choice, as long as it is an error.
      const status = exchangeOf(seen, as)?.answer?.status ?? 0;
      return httpErrorFact(seen, as, { status: status >= 400 ? status : 404, code: ERROR_CODE[kind], kind });
    }),
  ],
  reach: { count: (_, chosen) => chosen.length },
  needs: ["fixture"],
  runs: 3,
});

const range = hostCheck("http:routes:range", {
  given: fc.array(fc.tuple(fc.nat(11), fc.integer({ min: 0, max: 14 }), fc.boolean()), {
    minLength: 1,
    maxLength: 6,
  }),
  when: (ranges) => ({
    run: OVER_HTTP,
    steps: [
      { do: "open", over: "http" },
      ...ranges.map(([first, more, ends], index): HostStep =>
        get(`range ${index}`, "/api/mcp/files/f2/content", {
          Range: [`bytes=${first}-${ends ? first + more : ""}`],
        }),
      ),
    ],
  }),
  then: (seen, ranges) =>
    ranges.flatMap(([first, more, ends], index): Fact[] => {
      const all = bytesOf("f2");
      const part = all.subarray(first, ends ? first + more + 1 : all.length);
      const exchange = exchangeOf(seen, `range ${index}`);
      const told = exchange?.answer?.headers.find(([name]) => name === "content-range")?.[1];
      const wanted = `bytes ${first}-${first + part.length - 1}/${all.length}`;
      return [
        contentFact(seen, `range ${index}`, 206, part),
        located(`Content-Range of the answer to range ${index}`, wanted, told, exchange?.at),
      ];
    }),
  reach: { count: (_, ranges) => ranges.length },
  needs: ["fixture"],
  runs: 3,
});

/** Checks of the read-only routes, in the order of the rows. */
export const httpRouteChecks: readonly HostCheck[] = [files, range, scope];
