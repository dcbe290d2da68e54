import { escapeXml } from "./escape-xml.js";

/** Stands in a visible text where one write ended and the next began. */
export const WRITE_MARK = "⁞";

const NAMES = [
  ...["NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "HT", "LF", "VT", "FF", "CR", "SO", "SI"],
  ...[
    "DLE",
    "DC1",
    "DC2",
    "DC3",
    "DC4",
    "NAK",
    "SYN",
    "ETB",
    "CAN",
    "EM",
    "SUB",
    "ESC",
    "FS",
    "GS",
    "RS",
    "US",
  ],
  ...["SP", "DEL"],
];
const PICTURES = new RegExp(`[\u2400-\u2421${WRITE_MARK}]`, "gu");

/** What stands in a page for the picture of a control character: many fonts lack the pictures themselves. */
function pictureName(character: string): string | undefined {
  if (character === WRITE_MARK) return "¦";
  return NAMES[(character.codePointAt(0) ?? 0) - 0x2400];
}

/** A visible text as HTML: control characters by their names, set apart by their style. */
export function markup(text: string): string {
  return escapeXml(text).replace(PICTURES, (character) => {
    const kind = character === WRITE_MARK ? "write" : "control";
    return `<span class="${kind}">${pictureName(character) ?? character}</span>`;
  });
}
