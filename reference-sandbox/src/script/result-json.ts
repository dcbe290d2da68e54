import { isBoxedPrimitive } from "node:util/types";
import { messageOf } from "../errors.js";

/** Far above any maxDepth, and far below what a stack holds. */
const MAX_LEVELS = 1_000;

/** A result that JSON can't hold; `path` leads to the value. */
export class ResultNotSerializable extends Error {
  override readonly name = "ResultNotSerializable";
  readonly path: string;

  constructor(path: string, why: string) {
    super(`the result can't be handed over: ${path} ${why}`);
    this.path = path;
  }
}

/**
 * What a script returned as a tree that JSON holds. undefined is null; Date is ISO text; NaN and the infinities are
 * text; Map is an object (an array of pairs when a key is no text), Set an array; Uint8Array, Buffer and ArrayBuffer
 * are base64, other typed arrays arrays of numbers; `toJSON` is honoured; functions and symbols are left out as JSON
 * does. Throws `ResultNotSerializable` for a cycle, a BigInt, a throwing getter or `toJSON`
 * (`result:value:not-serializable`).
 */
export function toResultValue(value: unknown): unknown {
  const tree = convert(value, "value", "", new Set());
  if (tree === undefined && value !== undefined)
    throw new ResultNotSerializable("value", `is a ${typeof value}`);
  // `result:undefined:null`
  return tree ?? null;
}

function convert(value: unknown, path: string, key: string, above: Set<object>): unknown {
  switch (typeof value) {
    case "bigint":
      throw new ResultNotSerializable(
        path,
        "is a BigInt: return String(x), or Number(x) where that is exact",
      );
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "object":
      return value === null ? null : convertObject(value, path, key, above);
    case "string":
    case "boolean":
      return value;
    default:
      return undefined;
  }
}

function convertObject(value: object, path: string, key: string, above: Set<object>): unknown {
  if (above.has(value)) throw new ResultNotSerializable(path, "refers back to an object that holds it");
  if (above.size >= MAX_LEVELS)
    throw new ResultNotSerializable(path.slice(0, 200), `nests too deep (${MAX_LEVELS} levels)`);
  above.add(value);
  try {
    return convertKind(value, path, key, above);
  } catch (error) {
    if (error instanceof ResultNotSerializable) throw error;
    if (error instanceof RangeError && above.size > 500)
      throw new ResultNotSerializable(path, "nests too deep");
    throw new ResultNotSerializable(path, `throws when it is read: ${messageOf(error)}`);
  } finally {
    above.delete(value);
  }
}

function convertKind(value: object, path: string, key: string, above: Set<object>): unknown {
  const item = (child: unknown, index: number): unknown =>
    convert(child, `${path}[${index}]`, String(index), above);
  const orNull = (child: unknown, index: number): unknown => item(child, index) ?? null;

  if (value instanceof Uint8Array || value instanceof ArrayBuffer)
    return Buffer.from(value as Uint8Array).toString("base64");
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return Array.from(value as unknown as ArrayLike<unknown>, orNull);
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === "function") {
    const replaced: unknown = toJSON.call(value, key);
    // As JSON.stringify: once, whatever it gives.
    return replaced !== null && typeof replaced === "object" && replaced !== value
      ? convertMembers(replaced, path, above)
      : replaced === value
        ? convertMembers(value, path, above)
        : convert(replaced, path, key, above);
  }
  if (isBoxedPrimitive(value)) return convert(value.valueOf(), path, key, above);
  if (value instanceof Set) return [...value].map(orNull);
  if (value instanceof Map) {
    const keys = [...value.keys()];
    if (keys.every((name) => typeof name === "string"))
      return convertMembers(Object.fromEntries(value), path, above);
    return [...value].map(orNull);
  }
  return convertMembers(value, path, above);
}

function convertMembers(value: object, path: string, above: Set<object>): unknown {
  if (Array.isArray(value)) {
    // Holes are null, as JSON writes them.
    return Array.from(
      value,
      (child, index) => convert(child, `${path}[${index}]`, String(index), above) ?? null,
    );
  }
  // Without a prototype, so that a member called __proto__ is a member.
  const members = Object.create(null) as Record<string, unknown>;
  for (const name of Object.keys(value)) {
    const where = /^[A-Za-z_$][\w$]*$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`;
    let child: unknown;
    try {
      child = (value as Record<string, unknown>)[name];
    } catch (error) {
      throw new ResultNotSerializable(where, `throws when it is read: ${messageOf(error)}`);
    }
    const converted = convert(child, where, name, above);
    if (converted !== undefined) members[name] = converted;
  }
  return members;
}
