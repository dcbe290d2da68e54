import type { Step } from "@sandpipe/spec/control";
import * as fc from "fast-check";
import { mostOf } from "../../arbitraries/most-of.js";
import type { SeenFrame } from "../../target/host-seen.js";
import type { HttpMishap, SeenPost } from "../../target/sandbox-http.js";
import type { SandboxPlan, SandboxStep } from "../../target/sandbox-plan.js";
import type { SandboxSeen } from "../../target/sandbox-seen.js";
import { HTTP_TOKEN } from "../../target/sandbox-target.js";
import { sandboxCheck, type Fact } from "../check.js";
import { exitFact, outputFact, resultFact } from "./facts.js";
import { barrier, BARRIER, call, give, range } from "./steps.js";

/** A session that is served over HTTP alone. */
export const OVER_HTTP = {
  env: { SANDPIPE_TRANSPORT: "http" },
  http: "tcp",
  httpManner: "serves",
} as const satisfies Partial<SandboxPlan>;

/** Requests that carried the call of this driver step. */
export function postsOf(seen: SandboxSeen, n: number): readonly SeenPost[] {
  return seen.posts.filter(({ request }) => {
    const { params } = Object(parse(request.body)) as { params?: { step?: unknown } };
    return params?.step === n;
  });
}

/** The call went out exactly once. */
export function onceFact(seen: SandboxSeen, n: number): Fact {
  return { about: `requests that carried step ${n}`, expected: 1, actual: postsOf(seen, n).length };
}

/** The step failed once, whatever with. */
function failedOnceFact(seen: SandboxSeen, n: number): Fact {
  const ends = seen.done(n).map((done) => (done.error === undefined ? "a result" : "an error"));
  return { about: `what the script got from step ${n}`, expected: ["an error"], actual: ends };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

const LOSSES: readonly HttpMishap[] = ["reset", "half-body", "half-head", "closed"];

/** Calls whose answers are lost on the way, each once; then the session goes on. */
export function lossySteps(mishaps: readonly HttpMishap[], method = "conformance.echo"): SandboxStep[] {
  const of = range(1, mishaps.length);
  return [
    give(...of.map((n): Step => ({ ...call(n), method, params: { step: n, key: "k" } }))),
    ...mishaps.map((how, index): SandboxStep => ({ do: "mishap", of: index + 1, how })),
    { do: "await-done", of },
    ...barrier(),
  ];
}

/** Answers that are none, and one that only takes its time. */
const ODD_ANSWERS: readonly HttpMishap[] = ["page", "no-json", "array", "other-id", "status-500", "slowly"];

const atMostOnce = sandboxCheck("http:call:at-most-once", {
  given: mostOf<HttpMishap>([...LOSSES, ...ODD_ANSWERS]),
  when: (mishaps) => ({ ...OVER_HTTP, steps: lossySteps(mishaps) }),
  then: (seen, mishaps) => [
    ...mishaps.flatMap((how, index) => [
      onceFact(seen, index + 1),
      how === "slowly" ? resultFact(seen, index + 1, null) : failedOnceFact(seen, index + 1),
    ]),
    resultFact(seen, BARRIER, "barrier"),
  ],
  reach: { count: (_, mishaps) => mishaps.length, floor: 4 },
  runs: 4,
});

// R44
const notFollowed = sandboxCheck("http:redirect:not-followed", {
  given: mostOf<HttpMishap>(["redirect-302", "redirect-307", "redirect-308"]),
  when: (mishaps) => ({ ...OVER_HTTP, steps: lossySteps(mishaps) }),
  then: (seen, mishaps) => [
    ...mishaps.flatMap((_, index) => [onceFact(seen, index + 1), failedOnceFact(seen, index + 1)]),
    { about: "connections to where the redirects point", expected: 0, actual: seen.strays },
    resultFact(seen, BARRIER, "barrier"),
  ],
  reach: { count: (_, mishaps) => mishaps.length, floor: 3 },
  runs: 4,
});

/** Calls that are answered, so that a session of several requests has been seen. */
function servedSteps(count: number): SandboxStep[] {
  const of = range(1, count);
  return [give(...of.map((n) => call(n))), { do: "serve", of }, { do: "await-done", of }];
}

function servedFacts(seen: SandboxSeen, count: number): Fact[] {
  return [...range(1, count).map((n) => resultFact(seen, n, { step: n })), exitFact(seen, 0)];
}

const neverInUrl = sandboxCheck("http:token:never-in-url", {
  given: fc.integer({ min: 1, max: 8 }),
  when: (count) => ({ ...OVER_HTTP, steps: servedSteps(count) }),
  then: (seen, count) => [
    ...servedFacts(seen, count),
    {
      about: "requests with the token outside Authorization",
      expected: [],
      actual: seen.posts.filter(holdsTokenElsewhere).map(({ request }) => request.target),
    },
    {
      about: "requests without the token in Authorization",
      expected: 0,
      actual: seen.posts.filter(({ request }) => !request.headers.some(isBearer)).length,
    },
  ],
  reach: { count: (seen) => seen.posts.length, floor: 4 },
  runs: 2,
});

function isBearer([name, value]: readonly [string, string]): boolean {
  return name === "authorization" && value === `Bearer ${HTTP_TOKEN}`;
}

function holdsTokenElsewhere({ request }: SeenPost): boolean {
  const others = request.headers.filter(([name]) => name !== "authorization").map(([, value]) => value);
  return [request.target, ...others, request.body.toString("utf8")].some((text) => text.includes(HTTP_TOKEN));
}

const PROXIES = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

// R40
const proxyIgnored = sandboxCheck("http:proxy:ignored", {
  given: fc.integer({ min: 1, max: 5 }),
  // Node takes them with NODE_USE_ENV_PROXY, Bun by itself.
  when: (count) => ({
    ...OVER_HTTP,
    env: {
      ...OVER_HTTP.env,
      ...Object.fromEntries(PROXIES.map((name) => [name, "{elsewhere}"])),
      NODE_USE_ENV_PROXY: "1",
    },
    steps: servedSteps(count),
  }),
  then: (seen, count) => [
    { about: "connections to the proxy", expected: 0, actual: seen.strays },
    ...servedFacts(seen, count),
  ],
  reach: { count: (_, count) => count },
  runs: 2,
});

const bothForms = sandboxCheck("http:url:both-forms", {
  // Every other check over HTTP goes by TCP.
  given: fc.tuple(
    fc.oneof({ weight: 5, arbitrary: fc.constant("unix") }, { weight: 1, arbitrary: fc.constant("tcp") }),
    fc.integer({ min: 1, max: 5 }),
  ),
  when: ([http, count]) => ({ ...OVER_HTTP, http, steps: servedSteps(count) }),
  then: (seen, [, count]) => servedFacts(seen, count),
  reach: { count: (_, [http]) => (http === "unix" ? 1 : 0) },
  runs: 4,
});

const inOrder = sandboxCheck("http:notify:in-order", {
  given: fc.array(fc.string({ minLength: 1, maxLength: 10 }), { minLength: 3, maxLength: 10 }),
  // A 202 that takes its time is overtaken by whatever doesn't wait for it.
  when: (texts) => ({
    ...OVER_HTTP,
    acceptedAfterMs: 15,
    steps: [
      give(...texts.map((text, index): Step => ({ n: index + 1, do: "print", api: "console.log", text }))),
    ],
  }),
  then: (seen, texts) => {
    const early = firstOvertaking(seen);
    return [
      outputFact(seen, texts.map((text) => `${text}\n`).join("")),
      {
        about: "the request that came before the 202 of an earlier notification",
        expected: "none",
        actual: early === undefined ? "none" : early.request.body.toString("utf8").slice(0, 200),
      },
      exitFact(seen, 0),
    ];
  },
  reach: { count: (seen) => seen.posts.filter(isNotification).length, floor: 6 },
  runs: 3,
});

function isNotification({ request }: SeenPost): boolean {
  const value = Object(parse(request.body)) as Readonly<Record<string, unknown>>;
  return Object.hasOwn(value, "method") && !Object.hasOwn(value, "id");
}

/** A notification, or the result, that came while an earlier notification was still unanswered. */
function firstOvertaking({ posts }: SandboxSeen): SeenPost | undefined {
  return posts.find((post, index) => {
    const { method } = Object(parse(post.request.body)) as { method?: unknown };
    if (!isNotification(post) && method !== "session.result") return false;
    const earlier = posts.slice(0, index).filter(isNotification);
    return earlier.some(({ answeredMs }) => answeredMs === undefined || answeredMs > post.cameMs);
  });
}

/** Names of methods of some frames. */
export function methodsOf(frames: readonly SeenFrame[]): unknown[] {
  return frames.map(({ value }) => value["method"]);
}

/** Checks of the area `http`, in the order of its rows. */
export const httpChecks = [atMostOnce, notFollowed, neverInUrl, proxyIgnored, bothForms, inOrder];
