import { DEFAULT_LIMITS, PROTOCOL, type Limits, type SessionOpenResult } from "@sandpipe/spec/v1";
import type { SessionParts } from "./session.js";

/** The answer of `session.open`; `limits` are the ones that hold (`session:open:limits-told`). */
export function openResult(parts: SessionParts, limits: Limits): Partial<SessionOpenResult> {
  const { session, scratch, features, deviations } = parts;
  const idempotence = new Map(parts.methods.map((method) => [method.name, method.idempotent]));
  const listed = deviations.has("hidden-method-listed") ? [...idempotence.keys()] : parts.allowed;
  const methods = listed.map((name) => ({ name, idempotent: idempotence.get(name) ?? true }));
  return {
    protocol: PROTOCOL,
    session: { id: parts.sessionId, ...session },
    methods: deviations.has("last-method-unlisted") ? methods.slice(0, -1) : methods,
    limits: deviations.has("default-limits-told") ? DEFAULT_LIMITS : limits,
    scratch: { path: scratch },
    datasources: [],
    script: {},
    ...(deviations.has("open-without-features") ? {} : { features: [...features] }),
  };
}
