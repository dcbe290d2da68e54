import type {
  Datasource,
  Feature,
  Limits,
  ScriptInfo,
  SessionInfo,
  SessionOpenResult,
  TraceInfo,
} from "@sandpipe/spec/v1";
import { PROTOCOL } from "@sandpipe/spec/v1";
import type { Method } from "../methods/method.js";

/** What a session is about, told to the sandbox in the answer of `session.open`. */
export interface SessionFacts {
  readonly session: SessionInfo;
  readonly limits: Limits;
  /** The whitelist, by exact name. A Map: no name is found that nobody registered. */
  readonly methods: ReadonlyMap<string, Method>;
  readonly features: readonly Feature[];
  readonly scratch: string;
  readonly datasources: readonly Datasource[];
  readonly script: ScriptInfo;
  readonly trace?: TraceInfo;
}

/** The result of an accepted `session.open`. */
export function openAnswer(facts: SessionFacts): SessionOpenResult {
  return {
    protocol: PROTOCOL,
    session: facts.session,
    methods: [...facts.methods.values()].map(({ name, idempotent }) => ({ name, idempotent })),
    limits: facts.limits,
    scratch: { path: facts.scratch },
    datasources: [...facts.datasources],
    script: facts.script,
    features: [...facts.features],
    ...(facts.trace && { trace: facts.trace }),
  };
}
