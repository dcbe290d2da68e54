import * as fc from "fast-check";
import type { Part } from "../target/host-plan.js";
import { text } from "./text.js";

/** A print of text without RS: with a line end or without one, plain, coloured, or like a frame. */
export const printedText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    "x",
    "Loading models…",
    "\n\n\n",
    "\u001b[31mred\u001b[0m ",
    "50 %\r",
    "  trailing  \n",
    "\n",
    '{"jsonrpc":"2.0","id":"p","method":"conformance.count","params":{"key":"printed"}}\n',
    '{"id":"p","method":"conformance.count","params":{"key":"printed"}}\n',
    '{"jsonrpc":"2.0","id":"p","method":"conformance.count","params":{"key":"printed"}}',
    "Content-Length: 20\r\n\r\n",
  ),
  text.map((some) => some.replaceAll("\u001e", "") || "."),
);

/** Bytes without RS that are no text. */
export const printedBytes: fc.Arbitrary<Buffer> = fc.oneof(
  fc.constantFrom(
    Buffer.from([0xff, 0xfe]),
    Buffer.from([0xc3]),
    Buffer.from([0xf0, 0x9f]),
    Buffer.from([0, 0, 13]),
  ),
  fc
    .uint8Array({ minLength: 1, maxLength: 12 })
    .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 0x1e ? 0x1f : byte)))),
);

/** A print outside frames, as a part. */
export const print: fc.Arbitrary<Part> = fc.oneof(
  { weight: 3, arbitrary: printedText.map((value): Part => ({ text: value })) },
  { weight: 1, arbitrary: printedBytes.map((bytes): Part => ({ base64: bytes.toString("base64") })) },
);
