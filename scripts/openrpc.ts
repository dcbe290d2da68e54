import { ERROR_CODE, RPC_ERROR } from "@sandpipe/spec/v1";
import { readComponents, readExamples, readMethods, type MethodEntry } from "./method-table.js";
import type { Schema } from "./schema-shape.js";

const BASE = "#/components/schemas/";

/** The OpenRPC document of v1, made from the types, the method table and the fixtures. */
export function openrpcDocument(): Schema {
  const schemas = readComponents(BASE);
  const examples = readExamples();
  return {
    openrpc: "1.3.2",
    info: {
      title: "Sandpipe protocol",
      version: "1.0.0-draft",
      description:
        "What a sandbox may call of its host, and the notifications of both. Frames, sessions and errors are described in spec/v1.",
      license: { name: "Apache-2.0" },
    },
    methods: readMethods().map((method) => describe(method, schemas, examples)),
    components: { schemas, errors: errors() },
  };
}

function describe(
  method: MethodEntry,
  schemas: Record<string, Schema>,
  examples: ReadonlyMap<string, unknown>,
): Schema {
  const { name, params, result, direction, feature, idempotent } = method;
  const schema = schemas[params] ?? {};
  const example = (examples.get(params) ?? {}) as Record<string, unknown>;
  const members = membersOf(schema, schemas);
  return {
    name,
    summary: String(schema["description"] ?? name),
    paramStructure: "by-name",
    params: members.map(({ name: member, schema: of, required }) => ({
      name: member,
      required,
      ...(typeof of["description"] === "string" && { description: of["description"] }),
      schema: of,
    })),
    ...(result !== undefined && {
      result: { name: result, schema: { $ref: `${BASE}${result}` } },
      errors: Object.keys(errors()).map((code) => ({ $ref: `#/components/errors/${code}` })),
    }),
    examples: [
      {
        name: "full",
        params: Object.entries(example).map(([member, value]) => ({ name: member, value })),
        ...(result !== undefined && { result: { name: result, value: examples.get(result) ?? {} } }),
      },
    ],
    "x-direction": direction,
    "x-params": { $ref: `${BASE}${params}` },
    ...(feature !== undefined && { "x-feature": feature }),
    ...(idempotent !== undefined && { "x-idempotent": idempotent }),
  };
}

interface Member {
  readonly name: string;
  readonly schema: Schema;
  readonly required: boolean;
}

/** Members of an object schema; of a union each branch's, required where every branch requires them. */
function membersOf(schema: Schema, schemas: Record<string, Schema>): Member[] {
  const branches = branchesOf(schema, schemas);
  const names = [
    ...new Set(branches.flatMap((branch) => Object.keys((branch["properties"] ?? {}) as Schema))),
  ];
  const order = (name: string): number =>
    branches.every((branch) => ((branch["required"] ?? []) as string[]).includes(name)) ? 0 : 1;
  return names
    .toSorted((a, b) => order(a) - order(b))
    .map((name) => {
      const own = branches.flatMap((branch) => {
        const found = ((branch["properties"] ?? {}) as Record<string, Schema>)[name];
        return found === undefined ? [] : [found];
      });
      const distinct = own.filter(
        (one, index) => own.findIndex((other) => JSON.stringify(other) === JSON.stringify(one)) === index,
      );
      return {
        name,
        schema: distinct.length === 1 ? (distinct[0] ?? {}) : { anyOf: distinct },
        required: order(name) === 0,
      };
    });
}

function branchesOf(schema: Schema, schemas: Record<string, Schema>): Schema[] {
  if (typeof schema["$ref"] === "string") {
    const target = schemas[schema["$ref"].slice(BASE.length)];
    return target === undefined ? [] : branchesOf(target, schemas);
  }
  if ("properties" in schema && !("if" in schema)) return "type" in schema ? [schema] : [];
  const chained = [schema["then"], schema["else"]].filter((one) => one !== undefined) as Schema[];
  const combined = (schema["allOf"] ?? []) as Schema[];
  return [...chained, ...combined]
    .flatMap((one) => branchesOf(one, schemas))
    .filter((branch) => Object.keys(branch).some((key) => key === "description"));
}

/** Every code of the errors chapter, by the name that it has there. */
export function errors(): Record<string, Schema> {
  const rpc = Object.entries(RPC_ERROR).map(([name, code]) => [name, { code, message: name }] as const);
  const own = Object.entries(ERROR_CODE).map(
    ([kind, code]) => [kind, { code, message: kind, data: { kind } }] as const,
  );
  return Object.fromEntries([...rpc, ...own]);
}
