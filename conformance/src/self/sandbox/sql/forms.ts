/** A number while a double holds it exactly, else its digits (`data:query:value-forms`). */
export function integerForm(value: bigint): unknown {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** A number, or the word for what is none. */
export function floatForm(value: number): unknown {
  return Number.isFinite(value) ? value : String(value);
}

/** A float of 32 bits by its shortest decimal. */
export function shortFloatForm(value: number): unknown {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return floatForm(value);
}

const TEMPORAL =
  /^(?:(\d{4,})-(\d\d-\d\d))?([ T])?(?:(-?\d\d+:\d\d:\d\d)(?:\.(\d+))?)?([+-]\d\d)?(?::?(\d\d))?( \(?BC\)?)?$/;

/** A date, time or timestamp as a server writes it in ISO's form; what is none as it is. */
export function temporalForm(text: string): string {
  const match = TEMPORAL.exec(text);
  if (match === null) return text;
  const [, year, day = "", , clock, fraction = "", zone, minutes = "00", before] = match;
  const date = year === undefined ? "" : `${isoYear(Number(year), before !== undefined, year)}-${day}`;
  if (clock === undefined) return date;
  const part = fraction.replace(/0+$/, "");
  const offset = zone === undefined ? "" : date === "" ? `${zone}:${minutes}` : "Z";
  return `${date}${date === "" ? "" : "T"}${clock}${part === "" ? "" : `.${part}`}${offset}`;
}

function isoYear(year: number, before: boolean, text: string): string {
  const value = before ? 1 - year : year;
  if (value >= 0 && value <= 9_999) return text.padStart(4, "0");
  return `${value < 0 ? "-" : "+"}${String(Math.abs(value)).padStart(6, "0")}`;
}
