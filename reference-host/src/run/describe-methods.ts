import type { JsonSchema, Method, MethodDescription, MethodSource } from "../methods/method.js";

/** A method in an OpenRPC document; `x-idempotent`, `x-feature` and `x-params` are ours. */
export interface OpenRpcMethod {
  readonly name: string;
  readonly [member: string]: unknown;
}

/** What a sandbox may call of a host, as OpenRPC 1.3. */
export interface OpenRpcDocument {
  readonly openrpc: string;
  readonly info: { readonly title: string; readonly version: string; readonly [member: string]: unknown };
  readonly methods: readonly OpenRpcMethod[];
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly errors: Readonly<Record<string, unknown>>;
  };
}

const SCHEMAS = "#/components/schemas/";

/**
 * Writes the document of a host with these methods. The session's own are always in it. A source's are, where it
 * says which it makes. The protocol's schemas are loaded for it alone.
 */
export async function describeMethods(
  entries: readonly (Method | MethodSource | MethodDescription)[],
): Promise<OpenRpcDocument> {
  const { openrpc: protocol } = await import("#openrpc");
  const described = entries.flatMap((entry): readonly MethodDescription[] =>
    typeof entry === "function" ? (entry.describes ?? []) : [entry],
  );
  const known = new Map(protocol.methods.map((method) => [method.name, method]));
  const schemas: Record<string, JsonSchema> = { ...protocol.components.schemas };
  const session = protocol.methods.filter(({ name }) => name.startsWith("session."));
  const errors = session[0]?.["errors"];
  return {
    ...protocol,
    info: { ...protocol.info, title: "Methods of a Sandpipe host" },
    methods: [
      ...session,
      ...described.map((method) => known.get(method.name) ?? describeOwn(method, schemas, errors)),
    ],
    components: { ...protocol.components, schemas },
  };
}

function describeOwn(
  method: MethodDescription,
  schemas: Record<string, JsonSchema>,
  errors: unknown,
): OpenRpcMethod {
  const { name, description, idempotent, params = { type: "object" }, result = {} } = method;
  const file = (kind: string, schema: JsonSchema): string => {
    const key = `${name.replaceAll(/[^\w.-]/g, "_")}.${kind}`;
    // An identifier of its own would lead the references elsewhere.
    const { $id: _id, $schema: _schema, ...own } = schema;
    schemas[key] = moveReferences(own, `${SCHEMAS}${key}`) as JsonSchema;
    return `${SCHEMAS}${key}`;
  };
  const whole = file("params", params);
  const properties = (params["properties"] ?? {}) as Record<string, JsonSchema>;
  const required = (params["required"] ?? []) as readonly string[];
  return {
    name,
    ...(description !== undefined && { summary: description }),
    paramStructure: "by-name",
    // Required ones first, as OpenRPC wants it.
    params: Object.keys(properties)
      .toSorted((a, b) => Number(required.includes(b)) - Number(required.includes(a)))
      .map((member) => ({
        name: member,
        required: required.includes(member),
        schema: { $ref: `${whole}/properties/${pointerPart(member)}` },
      })),
    result: { name: "result", schema: { $ref: file("result", result) } },
    errors,
    "x-direction": "sandbox to host",
    "x-params": { $ref: whole },
    "x-idempotent": idempotent ?? false,
  };
}

/** References within a schema begin at its own root, which now lies deeper. */
function moveReferences(node: unknown, root: string): unknown {
  if (Array.isArray(node)) return node.map((one) => moveReferences(one, root));
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      key === "$ref" && typeof value === "string" && value.startsWith("#")
        ? root + value.slice(1)
        : moveReferences(value, root),
    ]),
  );
}

function pointerPart(name: string): string {
  return encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"));
}
