import * as fc from "fast-check";
import { ERROR_CODE, RPC_ERROR } from "@sandpipe/spec/v1";
import type { HttpAsk } from "../../target/http-ask.js";
import type { HostStep } from "../../target/host-plan.js";
import type { HostSeen } from "../../target/host-seen.js";
import { hostCheck, type Fact, type HostCheck } from "../check.js";
import { executionsFact, located, resultFact } from "./facts.js";
import { countingAsk, exchangeOf, httpErrorFact, httpRefusal, statusFact } from "./http-refusal.js";
import { answered, count } from "./steps.js";

const UNAUTHORIZED = { status: 401, code: ERROR_CODE.unauthorized, kind: "unauthorized" };
const OVER_HTTP = { transport: "http" } as const;

/** The right request with other header lines of one name. */
const withHeader =
  (name: string) =>
  (values: readonly string[], right: HttpAsk): HttpAsk => ({ ...right, headers: { [name]: values } });

/** What every refusal for a token's sake must be, byte for byte: a difference would tell which tokens exist. */
function sameBytesFacts(seen: HostSeen, names: readonly string[]): Fact[] {
  const bodies = new Set(names.map((as) => exchangeOf(seen, as)?.answer?.body.toString("latin1")));
  return [
    located("different bodies of refused tokens", 1, bodies.size, exchangeOf(seen, names.at(-1) ?? "")?.at),
  ];
}

const missingToken = httpRefusal("http:auth:missing-token", {
  ...UNAUTHORIZED,
  given: fc.constantFrom<Partial<HttpAsk>>(
    { headers: { Authorization: [] } },
    { headers: { Authorization: ["Bearer"] } },
    { headers: { Authorization: ["Bearer "] } },
    { headers: { Authorization: ["Basic {token}"] } },
    { headers: { Authorization: ["{token}"] } },
    { headers: { Authorization: [], Cookie: ["token={token}"] } },
    { headers: { Authorization: [] }, path: "/api/mcp/rpc?token={token}" },
  ),
  wrong: (fault, right) => ({ ...right, ...fault }),
});

const foreignToken = httpRefusal("http:auth:foreign-token", {
  ...UNAUTHORIZED,
  // Every kind in each session: what they are answered is compared.
  given: fc.constantFrom("Bearer {ended}", `Bearer ${"A".repeat(43)}`, "Bearer {token}A", "Bearer x"),
  wrong: (value, right) => withHeader("Authorization")([value], right),
  plan: { earlier: { run: OVER_HTTP, steps: [{ do: "open", over: "http" }] } },
  also: sameBytesFacts,
});

const FOREIGN_HOSTS: readonly (readonly string[])[] = [
  ["evil.example:{port}"],
  ["localhost.:{port}"],
  ["localhost"],
  ["127.0.0.1"],
  ["127.0.0.1:1"],
  ["127.0.0.1:{port}.evil.example"],
  ["localhost.evil.example:{port}"],
  ["127.0.0.2:{port}"],
  ["[::2]:{port}"],
  ["localhost:{port}:{port}"],
  [""],
  [],
  ["127.0.0.1:{port}", "127.0.0.1:{port}"],
  ["127.0.0.1:{port}", "evil.example:{port}"],
];

// R41: bitwize-ai/Logue#38
const foreignHost = httpRefusal("http:host:foreign-refused", {
  status: 403,
  given: FOREIGN_HOSTS,
  wrong: (values, right) => withHeader("Host")(values, right),
  most: 40,
});

// R43: IBM/ibmi-mcp-server#163
const anyOrigin = httpRefusal("http:origin:any-refused", {
  status: 403,
  given: fc.constantFrom<readonly string[]>(
    ["null"],
    ["http://127.0.0.1:{port}"],
    ["http://localhost:{port}"],
    ["https://evil.example"],
    [""],
    ["null", "null"],
  ),
  wrong: (values, right) => withHeader("Origin")(values, right),
});

// R42: google-gemini/gemini-cli#26848
const loopbackServed = hostCheck("http:host:loopback-served", {
  given: fc.uniqueArray(
    fc.constantFrom(
      "127.0.0.1:{port}",
      "localhost:{port}",
      "LOCALHOST:{port}",
      "LocalHost:{port}",
      "[::1]:{port}",
    ),
    { minLength: 2, maxLength: 5, size: "max" },
  ),
  when: (hosts) => ({
    run: OVER_HTTP,
    steps: [
      { do: "open", over: "http" },
      ...hosts.map((host, index): HostStep => ({
        do: "http",
        as: host,
        ask: { ...countingAsk(`h${index}`), headers: { Host: [host] } },
      })),
    ],
  }),
  then: (seen, hosts) => hosts.map((_, index) => resultFact(seen, `h${index}`, index + 1)),
  reach: { count: (_, hosts) => hosts.length },
  runs: 3,
});

const wrongType = httpRefusal("http:rpc:wrong-type", {
  status: 415,
  given: fc.constantFrom<readonly string[]>(
    ["text/plain"],
    ["application/x-www-form-urlencoded"],
    ["multipart/form-data; boundary=x"],
    ["application/jsonp"],
    ["text/plain; application/json"],
    [],
  ),
  wrong: (values, right) => withHeader("Content-Type")(values, right),
});

const NOT_JSON = { status: 400, code: RPC_ERROR.parseError };

const notJson = httpRefusal("http:rpc:not-json", {
  ...NOT_JSON,
  given: fc.constantFrom(
    "",
    "{",
    "[]",
    '[{"jsonrpc":"2.0","id":1,"method":"conformance.count"}]',
    "null",
    '"x"',
    "1",
    "{}{}",
  ),
  wrong: (text) => ({ body: { text } }),
});

/** The minimum that every host grants, so that a body beyond it is soon made. */
const LIMIT = 65_536;

/** A counting request whose body has exactly so many bytes. */
function sized(id: string, bytes: number): string {
  const frame = { jsonrpc: "2.0", id, method: "conformance.count", params: { key: "refusal", pad: "" } };
  frame.params.pad = "p".repeat(bytes - Buffer.byteLength(JSON.stringify(frame)));
  return JSON.stringify(frame);
}

type Size = readonly [over: number, framing: NonNullable<HttpAsk["framing"]>];

// R45: agentgateway/agentgateway#3593
const tooLarge = httpRefusal<Size>("http:rpc:too-large", {
  ...{ status: 413, code: ERROR_CODE.limit_exceeded, kind: "limit_exceeded" },
  given: fc.tuple(
    fc.constantFrom(1, 2, 1_000, 200_000),
    // The two that promise more never end: their answer must come all the same.
    fc.constantFrom("length", "chunked", "unfinished-length", "unfinished-chunked"),
  ),
  // Exactly the limit is right, also where no length tells it beforehand.
  right: (id) => ({ body: { text: sized(id, LIMIT) }, framing: "chunked" }),
  wrong: ([over, framing]) => ({ body: { text: sized("wrong", LIMIT + over) }, framing }),
  plan: { run: { limits: { maxFrameBytes: LIMIT } } },
  most: 5,
});

/** Everything that a client can do wrong, with the status where one is demanded. */
const WRONGS: readonly (readonly [ask: HttpAsk, status?: number])[] = [
  [{ body: { text: "{" } }, 400],
  [{ body: { text: "{}" }, headers: { "Content-Type": [] } }, 415],
  [{ body: { text: "{}" }, headers: { Authorization: [] } }, 401],
  [{ body: { text: "{}" }, headers: { Origin: ["null"] } }, 403],
  [{ body: { text: "{}" }, headers: { Host: ["evil.example"] } }, 403],
  [{ method: "GET", path: "/nowhere" }],
  [{ method: "GET", path: "/api/mcp/rpc" }],
  [{ method: "DELETE", path: "/api/mcp/files" }],
  [{ method: "OPTIONS", path: "/api/mcp/rpc", headers: { "Access-Control-Request-Method": ["POST"] } }],
  [{ method: "GET", path: "/api/mcp/files/none" }],
];

const errorBody = hostCheck("http:error:body", {
  given: fc.shuffledSubarray(
    WRONGS.map((_, index) => index),
    { minLength: 3 },
  ),
  when: (chosen) => ({
    run: OVER_HTTP,
    steps: [
      { do: "open", over: "http" },
      ...chosen.map((index): HostStep => ({
        do: "http",
        as: `wrong-${index}`,
        ask: (WRONGS[index] as (typeof WRONGS)[0])[0],
      })),
    ],
  }),
  then: (seen, chosen) =>
    chosen.flatMap((index): Fact[] => {
      const as = `wrong-${index}`;
      const status = WRONGS[index]?.[1];
      const told = exchangeOf(seen, as)?.answer?.status ?? 0;
      // What a path or method that isn't there is refused with is the host's choice; a preflight may be let off with 204.
      if (status !== undefined) return [httpErrorFact(seen, as, { status })];
      return told < 400 ? [] : [httpErrorFact(seen, as, { status: told })];
    }),
  reach: { count: (_, chosen) => chosen.length },
  runs: 3,
});

const noCors = hostCheck("http:cors:none", {
  given: fc.constantFrom("null", "http://127.0.0.1:{port}", "https://evil.example"),
  when: (origin) => ({
    run: OVER_HTTP,
    steps: [
      { do: "open", over: "http" },
      { do: "http", as: "right", ask: countingAsk("right") },
      { do: "http", as: "origin", ask: { ...countingAsk("origin"), headers: { Origin: [origin] } } },
      {
        do: "http",
        as: "preflight",
        ask: {
          method: "OPTIONS",
          headers: {
            Origin: [origin],
            "Access-Control-Request-Method": ["POST"],
            "Access-Control-Request-Headers": ["authorization,content-type"],
          },
        },
      },
      {
        do: "http",
        as: "route",
        ask: { method: "GET", path: "/api/mcp/files", headers: { Origin: [origin] } },
      },
    ],
  }),
  then: (seen) => [
    ...seen.http.map(({ as, answer, at }) => {
      const found = answer?.headers.filter(([name]) => name.startsWith("access-control-")) ?? [];
      return located(
        `CORS headers of the answer to ${as}`,
        [],
        found.map(([name]) => name),
        at,
      );
    }),
    statusFact(seen, "origin", 403),
    resultFact(seen, "right", 1),
  ],
  reach: { count: (seen) => seen.http.length },
  runs: 2,
});

const perSession = hostCheck("http:token:per-session", {
  given: fc.constant(null),
  when: () => ({
    run: OVER_HTTP,
    earlier: { run: OVER_HTTP, steps: [{ do: "open", over: "http" }] },
    steps: [{ do: "open", over: "http" }, { do: "post", parts: [count("k")] }, answered("k")],
  }),
  then: (seen) => {
    const { token = "", ended = "" } = seen.address ?? {};
    const bits = bitsOf(token);
    // Of two random texts over 16 or more characters few places agree: more than a quarter never do by chance.
    const same = [...token].filter((character, index) => character === ended[index]).length;
    const apart = token.length > 0 && same * 4 <= token.length;
    return [
      {
        about: "random bits that the token can carry",
        expected: "at least 256",
        actual: bits >= 256 ? "at least 256" : bits,
      },
      {
        about: "places at which the tokens of two sessions agree",
        expected: "few",
        actual: apart ? "few" : `${same} of ${token.length}`,
      },
      executionsFact(seen, "k", 1),
    ];
  },
  reach: { count: (seen) => (seen.address?.ended === undefined ? 0 : 1) },
  runs: 3,
});

/** How many bits a text of this alphabet holds. */
function bitsOf(token: string): number {
  const perCharacter = /^[0-9a-f]*$/i.test(token) ? 4 : 6;
  return token.length * perCharacter;
}

const loopbackBound = hostCheck("http:bind:loopback", {
  given: fc.constant(null),
  when: () => ({ run: OVER_HTTP, steps: [{ do: "open", over: "http" }, { do: "bound" }] }),
  then: (seen) => [
    {
      about: "addresses beyond loopback that the port is bound to",
      expected: [],
      actual: seen.bound.filter((address) => !address.startsWith("127.") && address !== "::1"),
    },
  ],
  reach: { count: (seen) => seen.bound.length },
  runs: 1,
});

/** Checks of what an HTTP server lets in, in the order of the rows. */
export const httpGuardChecks: readonly HostCheck[] = [
  notJson,
  tooLarge,
  wrongType,
  missingToken,
  foreignToken,
  foreignHost,
  anyOrigin,
  perSession,
  errorBody,
  loopbackServed,
  loopbackBound,
  noCors,
];
