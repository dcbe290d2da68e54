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

const SURROGATES = { first: 0xd800, count: 0x800 } as const;
const SIMPLEST = "a".charCodeAt(0);

/**
 * Any character but a surrogate, shrinking to "a". fast-check's own unit of all of Unicode makes a table of it first:
 * over a second of each start of the kit.
 */
const character: fc.Arbitrary<string> = fc
  .integer({ min: -SIMPLEST, max: 0x10ffff - SURROGATES.count - SIMPLEST })
  .map((offset) => {
    const point = offset + SIMPLEST;
    return String.fromCodePoint(point < SURROGATES.first ? point : point + SURROGATES.count);
  });

/** A character that is no control. */
export const visibleCharacter: fc.Arbitrary<string> = character.filter((one) => !/\p{Cc}/u.test(one));

/** Well-formed text of a few pieces, plain or awkward. */
export const text: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom(...AWKWARD) },
      { weight: 1, arbitrary: fc.string({ maxLength: 6 }) },
      { weight: 1, arbitrary: fc.string({ unit: character, maxLength: 4 }) },
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
