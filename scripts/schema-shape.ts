/** A JSON Schema, as far as these scripts look into it. */
export interface Schema {
  [keyword: string]: unknown;
}

/** The same object with its names in alphabetical order. */
export function sortKeys<T>(object: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Mends what typescript-json-schema can't say: each `anyOf` of object types becomes a chain of if/then/else on the
 * constant (or else the required) member that tells them apart, so that a fault gives the one error of the branch
 * that was meant; `@TJS-type ["a","b"]` becomes a list of types; `@itemType` becomes the type of an array's items.
 */
export function shape(root: Schema): Schema {
  const definitions = (root["definitions"] ?? {}) as Record<string, Schema>;
  const resolve = (schema: Schema): Schema => {
    const ref = schema["$ref"];
    return typeof ref === "string" ? (definitions[ref.replace("#/definitions/", "")] ?? schema) : schema;
  };
  const walk = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== "object" || node === null) return node;
    const schema = Object.fromEntries(
      Object.entries(node).map(([key, value]) => [key, walk(value)]),
    ) as Schema;
    const type = schema["type"];
    if (typeof type === "string" && type.startsWith("[")) schema["type"] = JSON.parse(type);
    if ("itemType" in schema) {
      schema["items"] = { ...(schema["items"] as Schema), type: schema["itemType"] };
      delete schema["itemType"];
    }
    const branches = schema["anyOf"];
    if (!Array.isArray(branches)) return schema;
    const { anyOf: _, ...rest } = schema;
    const chain = byConstant(branches as Schema[], resolve) ?? byPresence(branches as Schema[], resolve);
    if (chain === undefined) throw new Error(`no member tells these apart: ${JSON.stringify(branches)}`);
    return { ...rest, ...chain };
  };
  return walk(root) as Schema;
}

function byConstant(branches: readonly Schema[], resolve: (schema: Schema) => Schema): Schema | undefined {
  const tag = commonTag(branches.map(resolve));
  if (tag === undefined) return undefined;
  const tags = branches.map((branch) => constant(resolve(branch), tag));
  return branches.reduceRight<Schema>(
    (otherwise, branch, index) => ({
      if: { type: "object", properties: { [tag]: { const: tags[index] } }, required: [tag] },
      then: branch,
      else: otherwise,
    }),
    { type: "object", properties: { [tag]: { enum: tags } }, required: [tag] },
  );
}

function byPresence(branches: readonly Schema[], resolve: (schema: Schema) => Schema): Schema | undefined {
  const required = branches.map((branch) => (resolve(branch)["required"] ?? []) as string[]);
  const own = required.map((names, index) =>
    names.find((name) => required.every((others, other) => other === index || !others.includes(name))),
  );
  if (own.some((name) => name === undefined)) return undefined;
  const names = own as string[];
  const last = branches.length - 1;
  return branches.reduceRight<Schema>((otherwise, branch, index) => {
    const rivals = names.filter((_, other) => other !== index);
    const then = { allOf: [branch, { properties: Object.fromEntries(rivals.map((name) => [name, false])) }] };
    return index === last ? then : { if: { required: [names[index]] }, then, else: otherwise };
  }, {});
}

function constant(schema: Schema, name: string): unknown {
  const property = (schema["properties"] as Record<string, Schema> | undefined)?.[name];
  if (property === undefined) return undefined;
  if ("const" in property) return property["const"];
  const values = property["enum"];
  return Array.isArray(values) && values.length === 1 ? values[0] : undefined;
}

function commonTag(branches: readonly Schema[]): string | undefined {
  const first = branches[0]?.["properties"];
  if (typeof first !== "object" || first === null) return undefined;
  return Object.keys(first).find((name) => {
    const values = branches.map((branch) => constant(branch, name));
    return values.every((value) => value !== undefined) && new Set(values).size === values.length;
  });
}
