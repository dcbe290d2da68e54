// The sign of BC stands behind the date in DuckDB's text and at the very end in PostgreSQL's.
const DATE = String.raw`(\d{4,6})-(\d\d)-(\d\d)( \(BC\))?`;
const TIME = String.raw`(\d{2,3}:\d\d:\d\d)(?:\.(\d+))?`;
const OFFSET = String.raw`(Z|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)`;
const DATE_ONLY = new RegExp(`^${DATE}( BC)?$`);
const DATE_AND_TIME = new RegExp(`^${DATE}[ T]${TIME}${OFFSET}?( BC)?$`);
const TIME_ONLY = new RegExp(`^(-?)${TIME}${OFFSET}?$`);

/** A DATE as SQL text (`1975-05-11`, `0044-03-15 BC`) in ISO 8601; what is no date (`infinity`, a zero date) unchanged. */
export function dateForm(text: string): string {
  const match = DATE_ONLY.exec(text);
  if (match === null) return text;
  const [, year = "", month = "", day = "", before, behind] = match;
  if (isZero(month, day)) return text;
  return `${isoYear(year, before ?? behind)}-${month}-${day}`;
}

/** A TIME as SQL text in ISO 8601, its zone kept (`02:30:00+02` is `02:30:00+02:00`). */
export function timeForm(text: string): string {
  const match = TIME_ONLY.exec(text);
  if (match === null) return text;
  const [, sign = "", time = "", fraction, offset] = match;
  return `${sign}${time}${isoFraction(fraction)}${offset === undefined ? "" : isoOffset(offset)}`;
}

/** A timestamp without zone as SQL text in ISO 8601, no zone applied; what is no date unchanged. */
export function timestampForm(text: string): string {
  const match = DATE_AND_TIME.exec(text);
  if (match === null) return text;
  const [, year = "", month = "", day = "", before, time = "", fraction, , behind] = match;
  if (isZero(month, day)) return text;
  return `${isoYear(year, before ?? behind)}-${month}-${day}T${time}${isoFraction(fraction)}`;
}

/**
 * A timestamp with zone as SQL text (`2024-01-01 02:00:00+02`; without an offset it is taken as UTC) in ISO 8601, in
 * UTC with `Z`; what is no date unchanged.
 */
export function timestamptzForm(text: string): string {
  const match = DATE_AND_TIME.exec(text);
  if (match === null) return text;
  const [, year = "", month = "", day = "", before, time = "", fraction, offset = "Z", behind] = match;
  if (isZero(month, day)) return text;
  const bc = before ?? behind;
  const seconds = offsetSeconds(offset);
  if (seconds === 0) return `${isoYear(year, bc)}-${month}-${day}T${time}${isoFraction(fraction)}Z`;
  const at = new Date(0);
  at.setUTCFullYear(astronomical(year, bc), Number(month) - 1, Number(day));
  const [hours = 0, minutes = 0, second = 0] = time.split(":").map(Number);
  at.setUTCHours(hours, minutes, second - seconds);
  // A year that Date can't hold keeps its offset: still the same instant.
  if (Number.isNaN(at.getTime()))
    return `${isoYear(year, bc)}-${month}-${day}T${time}${isoFraction(fraction)}${isoOffset(offset)}`;
  return at.toISOString().replace(/\.000Z$/, `${isoFraction(fraction)}Z`);
}

/** An instant as microseconds since 1970 in UTC, in ISO 8601 with `Z`: DuckDB's TIMESTAMPTZ. */
export function instantForm(micros: bigint): string {
  const million = 1_000_000n;
  const fraction = ((micros % million) + million) % million;
  const at = new Date(Number((micros - fraction) / 1000n));
  if (Number.isNaN(at.getTime())) return `${micros}us`;
  return at.toISOString().replace(/\.000Z$/, `${isoFraction(String(fraction).padStart(6, "0"))}Z`);
}

function isZero(month: string, day: string): boolean {
  return month === "00" || day === "00";
}

function astronomical(year: string, bc: string | undefined): number {
  return bc === undefined ? Number(year) : 1 - Number(year);
}

function isoYear(year: string, bc: string | undefined): string {
  const number = astronomical(year, bc);
  if (number >= 0 && number <= 9999) return String(number).padStart(4, "0");
  return `${number < 0 ? "-" : "+"}${String(Math.abs(number)).padStart(6, "0")}`;
}

function isoFraction(digits: string | undefined): string {
  const short = (digits ?? "").replace(/0+$/, "");
  return short === "" ? "" : `.${short}`;
}

function isoOffset(offset: string): string {
  const digits = offset.replace(/[Z:]/g, "");
  if (/^(|[+-]0+)$/.test(digits)) return "Z";
  const parts = [digits.slice(0, 3), digits.slice(3, 5) || "00", digits.slice(5, 7)];
  return parts.filter((part) => part !== "").join(":");
}

function offsetSeconds(offset: string): number {
  const digits = offset.replace(/[Z:+-]/g, "");
  const seconds =
    Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2, 4)) * 60 + Number(digits.slice(4, 6));
  return offset.startsWith("-") ? -seconds : seconds;
}
