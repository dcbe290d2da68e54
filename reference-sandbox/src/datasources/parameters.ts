/** What may be bound in place of `$1` (PostgreSQL) or `?` (MySQL). */
export type Parameter =
  | string
  | number
  | bigint
  | boolean
  | null
  | Date
  | Uint8Array
  | readonly Parameter[]
  | { readonly [name: string]: unknown };

/** A parameter in one of the shapes that an engine binds; none is ever pasted (`data:query:parameters-bound`). */
export type BoundValue =
  | { readonly kind: "null" }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "integer"; readonly value: bigint }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "bytes"; readonly value: Uint8Array }
  | { readonly kind: "instant"; readonly value: Date }
  | { readonly kind: "list"; readonly value: readonly BoundValue[] }
  | { readonly kind: "json"; readonly value: string };

/**
 * Says what each parameter is bound as: an object as JSON text, a Date as an instant in UTC, an array as a list (an SQL
 * array in PostgreSQL; MySQL has none).
 *
 * @throws TypeError that names the parameter by its place, counted from 1, and what to pass.
 */
export function bindParameters(parameters: readonly unknown[]): readonly BoundValue[] {
  if (!Array.isArray(parameters))
    throw new TypeError("parameters must be an array, one value for each placeholder");
  return parameters.map((value, index) => bind(value, `parameter ${index + 1}`));
}

function bind(value: unknown, place: string): BoundValue {
  switch (typeof value) {
    case "string":
      return { kind: "text", value };
    case "boolean":
      return { kind: "boolean", value };
    case "bigint":
      return { kind: "integer", value };
    case "number":
      return Number.isSafeInteger(value) && !Object.is(value, -0)
        ? { kind: "integer", value: BigInt(value) }
        : { kind: "float", value };
    case "object":
      return bindObject(value, place);
    default:
      throw new TypeError(`${place} is ${typeof value}; pass null for SQL NULL, or a value`);
  }
}

function bindObject(value: object | null, place: string): BoundValue {
  if (value === null) return { kind: "null" };
  if (value instanceof Uint8Array) return { kind: "bytes", value };
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new TypeError(`${place} is an invalid Date`);
    return { kind: "instant", value };
  }
  if (Array.isArray(value)) return { kind: "list", value: value.map((member) => bind(member, place)) };
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError(`${place} has no JSON form`);
  return { kind: "json", value: text };
}
