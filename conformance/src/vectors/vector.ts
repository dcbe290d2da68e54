/** Vectors as they lie in conformance/vectors; its README explains every member. */

/** Bytes as data that a person can read. */
export type BytesPart =
  { readonly text: string } | { readonly hex: string } | { readonly repeat: number; readonly of: BytesPart };

/** What a decoder says of a stream, or what a vector expects of it. */
export type ExpectedEvent =
  | { readonly frame: unknown }
  /** The same, where the JSON is too long to write down. */
  | { readonly frameText: readonly BytesPart[] }
  /** A frame whose value is the receiver's own affair. */
  | { readonly anyFrame: true }
  | { readonly output: readonly BytesPart[] }
  | { readonly violation: string; readonly skipped?: number }
  | { readonly answer: ExpectedAnswer }
  | { readonly repeat: number; readonly events: readonly ExpectedEvent[] };

/** The response that a record deserves by its bytes alone. */
export interface ExpectedAnswer {
  readonly id: null;
  readonly code: number;
  readonly kind?: string;
}

/** A stream of bytes and what becomes of it, the same for every way in which it is cut. */
export interface StreamVector {
  readonly id: string;
  readonly why: string;
  readonly bytes: readonly BytesPart[];
  /** Absent in v0. */
  readonly limits?: { readonly maxFrameBytes: number; readonly maxDepth: number };
  readonly events: readonly ExpectedEvent[];
  /** Other sequences that are right as well. */
  readonly alternatives?: readonly (readonly ExpectedEvent[])[];
  readonly requirements: readonly string[];
  readonly flags?: readonly string[];
}

/** A file of vectors. */
export interface VectorFile<Vector> {
  readonly protocol: 0 | 1;
  readonly kind: "frames" | "streams" | "sessions" | "http";
  readonly about: string;
  readonly vectors: readonly Vector[];
}
