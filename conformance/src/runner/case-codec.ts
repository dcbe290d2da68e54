/** JSON that holds any case: what JSON can't say is an object with this one member. */
const TAG = "$sandpipe";

/** A case (or any value of a report) as plain JSON: undefined, −0, NaN, infinities, bigints and bytes are tagged. */
export function encodeCase(value: unknown): unknown {
  if (value === undefined) return { [TAG]: "undefined" };
  if (typeof value === "bigint") return { [TAG]: "bigint", value: String(value) };
  if (typeof value === "number" && (Object.is(value, -0) || !Number.isFinite(value)))
    return { [TAG]: "number", value: Object.is(value, -0) ? "-0" : String(value) };
  if (value instanceof Uint8Array) return { [TAG]: "bytes", value: Buffer.from(value).toString("base64") };
  if (Array.isArray(value)) return value.map(encodeCase);
  if (typeof value !== "object" || value === null) return typeof value === "function" ? null : value;
  // fromEntries defines own members, so that one named __proto__ stays a member.
  const members = Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, encodeCase(member)]),
  );
  return Object.hasOwn(value, TAG) ? { [TAG]: "object", value: members } : members;
}

/** The case that `encodeCase` took. */
export function decodeCase(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(decodeCase);
  if (typeof json !== "object" || json === null) return json;
  if (Object.hasOwn(json, TAG)) return decodeTagged(json as { [TAG]: unknown; value?: unknown });
  return decodeMembers(json);
}

function decodeMembers(json: object): unknown {
  return Object.fromEntries(Object.entries(json).map(([name, member]) => [name, decodeCase(member)]));
}

function decodeTagged(json: { readonly [TAG]: unknown; readonly value?: unknown }): unknown {
  const { value } = json;
  switch (json[TAG]) {
    case "undefined":
      return undefined;
    case "bigint":
      return BigInt(String(value));
    case "number":
      return Number(value);
    case "bytes":
      return new Uint8Array(Buffer.from(String(value), "base64"));
    case "object":
      return decodeMembers(value as object);
    default:
      throw new TypeError(`a saved case holds an unknown kind of value: ${JSON.stringify(json[TAG])}`);
  }
}
