import { ERROR_CODE, type Datasource, type Limits, type SessionOpenResult } from "@sandpipe/spec/v1";
import { requireValidOpening } from "./sandbox-answers.js";
import type { SandboxPlan } from "./sandbox-plan.js";

/** Limits of a session that doesn't say otherwise. */
export const SANDBOX_LIMITS: Limits = {
  maxFrameBytes: 1_048_576,
  maxInFlight: 64,
  callTimeoutMs: 600_000,
  maxDepth: 64,
  maxOutputBytes: 16_777_216,
  graceMs: 500,
};

const METHODS = ["conformance.next", "conformance.echo", "conformance.delay", "conformance.count"];

/** What the kit answers to `session.open`, as a host that grants all that a session of the plan needs. */
export function openingAnswer(
  plan: SandboxPlan,
  timeoutScale: number,
  scratch: string,
  /** The script's path, where the command line doesn't name it. */
  script: string | undefined,
  datasources: readonly Datasource[],
): Record<string, unknown> {
  if (plan.open === "nonsense") return { result: { protocol: "one", limits: [] } };
  if (plan.open === "refused") {
    const data = { kind: "unsupported_protocol", supported: [2] };
    return { error: { code: ERROR_CODE.unsupported_protocol, message: "this host speaks 2", data } };
  }
  const limits = { ...SANDBOX_LIMITS, ...plan.limits };
  const more = plan.openMore ?? {};
  const result: SessionOpenResult = {
    ...more,
    protocol: 1,
    session: { ...more, id: "s1", projectId: "p1", conversationId: "c1" },
    methods: [
      ...METHODS.map((name) => ({ name, idempotent: name !== "conformance.count" })),
      ...(plan.methods ?? []),
    ],
    limits: { ...more, ...limits, callTimeoutMs: Math.round(limits.callTimeoutMs * timeoutScale) },
    scratch: { path: scratch },
    datasources: [...datasources],
    script: script === undefined ? {} : { path: script },
    features: ["emit", "progress"],
  };
  return { result: requireValidOpening(result) };
}
