/** An integer of any size: a number while a double holds it and its neighbours, else its digits as text. */
export function integerForm(value: bigint | number | string): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** A 64-bit float: a number, or the text `NaN`, `Infinity`, `-Infinity`, which JSON numbers can't say. */
export function floatForm(value: number | string): number | string {
  const number = Number(value);
  if (Number.isFinite(number)) return number;
  return String(number);
}

/**
 * A 32-bit float that was widened to a double: the number of its shortest decimal, as PostgreSQL and MySQL print it
 * (0.1 rather than 0.10000000149011612).
 */
export function float32Form(value: number): number | string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return value;
  for (let digits = 6; digits <= 8; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return shorter;
  }
  return Number(value.toPrecision(9));
}
