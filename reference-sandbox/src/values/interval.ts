/** An INTERVAL's parts, each with its own sign. */
export interface IntervalParts {
  readonly months: number;
  readonly days: number;
  readonly micros: bigint;
}

/** An INTERVAL as an ISO 8601 duration, spelt as PostgreSQL's `iso_8601` style does (`P1Y2M3DT4H5M6.5S`, `PT0S`). */
export function intervalForm(parts: IntervalParts): string {
  const years = Math.trunc(parts.months / 12);
  const date = part(years, "Y") + part(parts.months % 12, "M") + part(parts.days, "D");
  const hour = 3_600_000_000n;
  const minute = 60_000_000n;
  const rest = parts.micros % minute;
  const time =
    part(parts.micros / hour, "H") +
    part((parts.micros % hour) / minute, "M") +
    (rest === 0n ? "" : `${seconds(rest)}S`);
  if (date === "" && time === "") return "PT0S";
  return `P${date}${time === "" ? "" : `T${time}`}`;
}

function part(value: number | bigint, unit: string): string {
  return Number(value) === 0 ? "" : `${value}${unit}`;
}

function seconds(micros: bigint): string {
  const size = micros < 0n ? -micros : micros;
  const fraction = String(size % 1_000_000n)
    .padStart(6, "0")
    .replace(/0+$/, "");
  return `${micros < 0n ? "-" : ""}${size / 1_000_000n}${fraction === "" ? "" : `.${fraction}`}`;
}
