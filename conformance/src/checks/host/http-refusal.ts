import * as fc from "fast-check";
import { severalOf } from "../../arbitraries/most-of.js";
import type { HttpAsk } from "../../target/http-ask.js";
import type { HostPlan, HostStep } from "../../target/host-plan.js";
import type { HostSeen } from "../../target/host-seen.js";
import type { SeenHttp } from "../../target/host-http.js";
import { hostCheck, type Fact, type HostCheck } from "../check.js";
import { executionsFact, located, resultFact } from "./facts.js";
import { counting } from "./refusal.js";
import { answered, count } from "./steps.js";

/** What an HTTP answer from 400 on is bound to. */
export interface HttpError {
  readonly status: number;
  readonly code?: number;
  readonly kind?: string;
}

/** A request that counts, and shows so whether it was executed. */
export function countingAsk(id: string): HttpAsk {
  return { body: { frame: counting(id) } };
}

/** The exchange of that name. */
export function exchangeOf(seen: HostSeen, as: string): SeenHttp | undefined {
  return seen.http.find((exchange) => exchange.as === as);
}

/** The exchange was answered with this error. */
export function httpErrorFact(seen: HostSeen, as: string, wanted: HttpError): Fact {
  const exchange = exchangeOf(seen, as);
  const { status, code, kind } = wanted;
  const { id, error } = Object(exchange?.json) as {
    id?: unknown;
    error?: { code?: unknown; data?: { kind?: unknown } };
  };
  const told = {
    ...(code === undefined ? {} : { code: error?.code }),
    ...(kind === undefined ? {} : { data: { kind: error?.data?.kind } }),
  };
  const expected = {
    status,
    body: {
      id: null,
      error: { ...(code === undefined ? {} : { code }), ...(kind === undefined ? {} : { data: { kind } }) },
    },
  };
  const isError = typeof error === "object" && error !== null && typeof error.code === "number";
  const body = isError ? { id, error: told } : abridged(exchange);
  const actual = exchange?.answer
    ? { status: exchange.answer.status, body }
    : (exchange?.failed ?? "no answer");
  return located(`the answer to ${as}`, expected, actual, exchange?.at);
}

/** The exchange was answered with this status. */
export function statusFact(seen: HostSeen, as: string, status: number): Fact {
  const exchange = exchangeOf(seen, as);
  const actual = exchange?.answer?.status ?? exchange?.failed ?? "no answer";
  return located(`the status of the answer to ${as}`, status, actual, exchange?.at);
}

/** The exchange was answered with 200 and this JSON, or what `pick` takes of it. */
export function jsonFact(
  seen: HostSeen,
  as: string,
  json: unknown,
  pick = (value: unknown): unknown => value,
): Fact {
  const exchange = exchangeOf(seen, as);
  const actual =
    exchange?.answer?.status === 200 ? pick(exchange.json) : (exchange?.answer?.status ?? "no answer");
  return located(`the answer to ${as}`, json, actual, exchange?.at);
}

function abridged(exchange: SeenHttp | undefined): unknown {
  return exchange?.answer?.body.toString("utf8").slice(0, 200);
}

/** A refusal over HTTP: the same request right and wrong, in one session. */
export interface HttpRefusal<Case> extends HttpError {
  /** All faults, of which a session holds most; or one fault, of which it holds several. */
  readonly given: readonly Case[] | fc.Arbitrary<Case>;
  /** The right request under this id, where it isn't any that counts; it counts under the key of refusals. */
  readonly right?: (id: string) => HttpAsk;
  /** The right request with the fault. */
  readonly wrong: (given: Case, right: HttpAsk) => HttpAsk;
  readonly plan?: Pick<HostPlan, "run" | "earlier">;
  /** More that is looked at. */
  readonly also?: (seen: HostSeen, names: readonly string[]) => readonly Fact[];
  readonly most?: number;
  readonly runs?: number;
}

/**
 * The check of a refusal over HTTP. The session takes the right request; each wrong one gets the status, code and
 * kind; a count afterwards shows that none was executed, and that the session goes on.
 */
export function httpRefusal<Case>(row: string, parts: HttpRefusal<Case>): HostCheck {
  const name = (index: number): string => `wrong-${index}`;
  const after = (seen: HostSeen): Fact => executionsFact(seen, "after", 2);
  return hostCheck<Case[]>(row, {
    given: severalOf(parts.given, parts.most ?? 24),
    when: (faults) => ({
      ...parts.plan,
      run: { transport: "http", ...parts.plan?.run },
      steps: [
        { do: "open", over: "http" },
        { do: "http", as: "right", ask: (parts.right ?? countingAsk)("right") },
        ...faults.map((fault, index): HostStep => ({
          do: "http",
          as: name(index),
          ask: parts.wrong(fault, countingAsk(name(index))),
        })),
        { do: "post", parts: [count("after", "refusal")] },
        answered("after"),
      ],
    }),
    then: (seen, faults) => [
      resultFact(seen, "right", 1),
      ...faults.map((_, index) => httpErrorFact(seen, name(index), parts)),
      ...(parts.also?.(
        seen,
        faults.map((_, index) => name(index)),
      ) ?? []),
      after(seen),
    ],
    reach: { count: (_, faults) => faults.length },
    runs: parts.runs ?? 4,
  });
}
