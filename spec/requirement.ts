/** Which part of the protocol a requirement is about. */
export type Area =
  | "frame"
  | "call"
  | "method"
  | "error"
  | "output"
  | "result"
  | "session"
  | "limit"
  | "flow"
  | "cancel"
  | "http"
  | "fallback"
  | "life"
  | "scope"
  | "data"
  | "version";

/**
 * One rule of the protocol: pure data, stable for ever. The prose cites it, the code that enforces it names it,
 * checks and mutants cite it, and the docs' matrix is made from it.
 */
export interface Requirement {
  /** `<area>:<topic>:<rule>`, readable, never renamed. */
  readonly id: string;
  readonly level: "MUST" | "SHOULD" | "MAY";
  /** Whom it binds. */
  readonly role: "host" | "sandbox";
  /** The rule itself, one sentence. */
  readonly text: string;
  /** Why it is there: what goes wrong without it. */
  readonly intent: string;
  /**
   * The optional feature that it belongs to (or `http`, `fixture`, `sql`, or `v0` where both versions are spoken);
   * without it the row doesn't apply.
   */
  readonly feature?: string;
  /** The smallest profile that judges it. */
  readonly profile: "core" | "full" | "strict";
  /**
   * How a check can show it: `exact`; `stochastic` where a fault shows only in some interleavings; `timed` where
   * nothing but a generous deadline orders it; `untestable` with a reason.
   */
  readonly proof: "exact" | "stochastic" | "timed" | "untestable";
  /** Why no check can show it. */
  readonly reason?: string;
  /**
   * Which part of the kit will bring its check. Allowed only while the version is a draft, or its frozen.json says
   * that the kit is behind; no part of the rule, so it may go away after the freeze.
   */
  readonly planned?: string;
  /** Where its wording is being argued about. */
  readonly disputed?: string;
}

/** A requirement with what follows from where it stands. */
export interface Row extends Requirement {
  readonly area: Area;
  /** Minor release of its version that brought it. */
  readonly since: string;
}
