import type { BoundValue } from "../parameters.js";

/** Parameters as pg sends them: as text whose type the server infers from the place, bytes in binary. */
export function bindPostgres(parameters: readonly BoundValue[]): unknown[] {
  return parameters.map((parameter) => {
    if (parameter.kind === "null") return null;
    if (parameter.kind === "bytes") return Buffer.from(parameter.value);
    return textOf(parameter);
  });
}

function textOf(parameter: Exclude<BoundValue, { kind: "null" | "bytes" }>): string {
  switch (parameter.kind) {
    case "instant":
      return instantText(parameter.value);
    case "list":
      return `{${parameter.value.map(memberText).join(",")}}`;
    default:
      return String(parameter.value);
  }
}

function memberText(member: BoundValue): string {
  if (member.kind === "null") return "NULL";
  if (member.kind === "list") return textOf(member);
  const text = member.kind === "bytes" ? `\\x${Buffer.from(member.value).toString("hex")}` : textOf(member);
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}

/** ISO in UTC, but with BC where Date's text has a sign: PostgreSQL reads no negative years. */
function instantText(value: Date): string {
  const year = value.getUTCFullYear();
  const rest = value.toISOString().replace(/^[+-]?\d+/, "");
  if (year > 0) return `${String(year).padStart(4, "0")}${rest}`;
  return `${String(1 - year).padStart(4, "0")}${rest} BC`;
}
