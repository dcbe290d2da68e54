/** Says that a script runs in a sandbox, whoever asks: `@sandpipe/sandbox/run` does. */
export const INSIDE = Symbol.for("@sandpipe/sandbox");
