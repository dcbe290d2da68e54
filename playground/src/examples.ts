import { bytesOf, type StreamVector } from "@sandpipe/conformance/decoding";

/** A vector that can be loaded with one click. */
export interface Example {
  readonly protocol: 0 | 1;
  readonly id: string;
  readonly why: string;
  readonly bytes: Uint8Array;
  readonly limits?: { readonly maxFrameBytes: number; readonly maxDepth: number };
  readonly flags: readonly string[];
  readonly requirements: readonly string[];
}

/** A vector with its version, as a page carries it. */
export type VectorData = StreamVector & { readonly protocol: 0 | 1 };

/** The example that a vector is; its bytes are made when it is asked for. */
export function exampleOf({
  protocol,
  id,
  why,
  bytes,
  limits,
  flags = [],
  requirements,
}: VectorData): Example {
  return {
    ...{ protocol, id, why, flags, requirements },
    ...(limits !== undefined && { limits }),
    get bytes() {
      return bytesOf(bytes);
    },
  };
}
