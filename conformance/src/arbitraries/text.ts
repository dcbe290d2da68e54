import * as fc from "fast-check";

/** Pieces at which real implementations broke: line ends of other tools, escapes, wide characters, frame-like text. */
const AWKWARD = [
  "é",
  "–é😀",
  "👩‍👩‍👧",
  "あ",
  "\u2028",
  "\u2029",
  "\u0085",
  "\u0000",
  "\u0007",
  "\u001b[31m",
  "\u001e",
  "\u007f",
  "\ufeff",
  "\ufffd",
  "\n",
  "\r\n",
  "\t",
  '"',
  "\\",
  "\\u0041",
  "/",
  "{",
  "]",
  '{"jsonrpc":"2.0"}',
  "null",
  "<!--",
];

/** Well-formed text of a few pieces, plain or awkward. */
export const text: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom(...AWKWARD) },
      { weight: 1, arbitrary: fc.string({ maxLength: 6 }) },
      { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 4 }) },
    ),
    { maxLength: 4 },
  )
  .map((pieces) => pieces.join("").toWellFormed());

/** Text that is never empty and always has a character of several bytes. */
export const wideText: fc.Arbitrary<string> = fc
  .tuple(text, fc.constantFrom("é", "あ", "😀", "👩‍👩‍👧", "\u2028"))
  .map(([some, wide]) => some + wide);

/** Text of a fixture: without NUL, which PostgreSQL and others can't store. */
export const storableText: fc.Arbitrary<string> = text.map((some) => some.replaceAll("\u0000", ""));
