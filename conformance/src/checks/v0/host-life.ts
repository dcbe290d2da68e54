import * as fc from "fast-check";
import { hostCheck, type HostCheck } from "../check.js";
import { located } from "../host/facts.js";
import { exchangeOf } from "../host/http-refusal.js";

const QUERIES = {
  project: "project_id=p1",
  conversation: "conversation_id=c1",
} as const;

/** Checks of the areas `life` and `http` of version 0. */
export const lifeChecks: readonly HostCheck[] = [
  hostCheck("life:environment:no-version", {
    given: fc.constantFrom<Record<string, string>[]>({}, { SANDPIPE_TEST: "1" }, { PROTOCOL: "1" }),
    when: (env) => ({ run: { env }, steps: [{ do: "tell", what: "environment" }] }),
    then: (seen) => {
      const { environment } = seen.told[0] ?? {};
      const told = environment?.["SANDPIPE_PROTOCOL"];
      return environment === undefined
        ? []
        : [located("SANDPIPE_PROTOCOL", "unset", told === undefined ? "unset" : `"${told}"`, undefined)];
    },
    reach: { count: (seen) => seen.told.length },
  }),

  hostCheck("http:files:list", {
    given: fc.record({
      http: fc.constantFrom("tcp", "unix"),
      asked: fc.array(fc.constantFrom<(keyof typeof QUERIES)[]>("project", "conversation"), {
        minLength: 1,
        maxLength: 4,
      }),
    }),
    when: ({ http, asked }) => ({
      run: { transport: "http", http },
      steps: asked.map((what, index) => ({
        do: "http",
        as: `GET ${index + 1}`,
        ask: { method: "GET", path: `/api/mcp/files?${QUERIES[what]}`, headers: { Authorization: [] } },
      })),
    }),
    then: (seen, { asked }) =>
      asked.map((what, index) => {
        const exchange = exchangeOf(seen, `GET ${index + 1}`);
        const { answer, json, failed, at } = exchange ?? {};
        const actual =
          answer === undefined
            ? (failed ?? "no answer")
            : { status: answer.status, body: json === undefined ? "no JSON" : "JSON" };
        return located(`the files of the ${what}`, { status: 200, body: "JSON" }, actual, at);
      }),
    reach: { count: (_, { asked }) => asked.length },
  }),
];
