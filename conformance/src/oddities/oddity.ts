/** A subject that is right but unusual: every check stays green on it. */
export interface Oddity {
  readonly name: string;
  /** What is unusual, in one sentence. */
  readonly what: string;
}
