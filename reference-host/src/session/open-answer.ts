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
  /** By exact name. A Map: none is found that nobody registered (`method:whitelist:prototype-names`). */
  readonly methods: ReadonlyMap<string, Method>;
  readonly features: readonly Feature[];
  readonly scratch: string;
  readonly datasources: readonly Datasource[];
  readonly script: ScriptInfo;
  readonly trace?: TraceInfo;
}

/** The result of an accepted `session.open` (`session:open:answered`). */
export function openAnswer(facts: SessionFacts): SessionOpenResult {
  return {
    protocol: PROTOCOL,
    session: facts.session,
    // `method:whitelist:listed`
    methods: [...facts.methods.values()].map(({ name, idempotent }) => ({ name, idempotent })),
    // `session:open:limits-told`
    limits: facts.limits,
    scratch: { path: facts.scratch },
    datasources: [...facts.datasources],
    script: facts.script,
    features: [...facts.features],
    // `session:open:trace`
    ...(facts.trace && { trace: facts.trace }),
  };
}
