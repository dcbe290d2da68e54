/** The kit's own decoder and what holds frames to the schemas, for whoever wants to look at bytes; runs in a browser too. */
export { createDecoder } from "./wire/decode.js";
export type { DecodeLimits, Decoder, ViolationKind, WireEvent, WireObject } from "./wire/decode.js";
export { judgeFrame } from "./wire/judge-frame.js";
export type { FrameFault, JudgedFrame } from "./wire/judge-frame.js";
export { decodeStream } from "./vectors/decode-stream.js";
export { decodeLines } from "./vectors/decode-lines.js";
export { cut } from "./vectors/chunkings.js";
export { bytesOf } from "./vectors/bytes-of.js";
export type { DecodedEvent } from "./vectors/decoding.js";
export type { BytesPart, ExpectedAnswer, ExpectedEvent, StreamVector } from "./vectors/vector.js";
