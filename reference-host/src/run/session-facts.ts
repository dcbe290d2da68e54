import type { Datasource, Feature, Limits, ScriptInfo, SessionInfo, TraceInfo } from "@sandpipe/spec/v1";
import type { Method, MethodSource } from "../methods/method.js";
import type { SessionFacts } from "../session/open-answer.js";
import { createMethodTable } from "./method-table.js";

/** Features that the session itself brings. */
const SESSION_FEATURES: readonly Feature[] = ["emit", "progress"];

/** What a session is made of. */
export interface SessionPlan {
  readonly methods: readonly (Method | MethodSource)[];
  readonly session: SessionInfo;
  /** The whitelist. Default: every method. */
  readonly whitelist?: readonly string[];
  readonly limits: Limits;
  readonly scratch: string;
  /** The folder that an isolated script sees read-only. */
  readonly inputs?: string;
  readonly datasources?: readonly Datasource[];
  readonly script?: ScriptInfo;
  readonly trace?: TraceInfo;
}

/** The facts of a session, and the way to give up what its methods keep. Throws TypeError for an unknown method. */
export function gatherFacts(plan: SessionPlan): { facts: SessionFacts; dispose(): Promise<void> } {
  const { session, limits, scratch, trace } = plan;
  const table = createMethodTable(plan.methods, session, scratch, plan.inputs);
  const methods = table.whitelist(plan.whitelist);
  // `session:features:undeclared-silent`
  const features = new Set([...methods.values()].flatMap(({ feature }) => feature ?? []));
  return {
    facts: {
      session,
      limits,
      methods,
      features: [
        ...features,
        ...SESSION_FEATURES,
        ...(plan.inputs === undefined ? [] : (["isolation"] as const)),
      ],
      scratch,
      datasources: plan.datasources ?? [],
      script: plan.script ?? {},
      ...(trace && { trace }),
    },
    dispose: () => table.dispose(),
  };
}
