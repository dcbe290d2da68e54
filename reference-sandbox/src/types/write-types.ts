import { CONTRACT_METHODS } from "@sandpipe/spec/v1";
import { compile, type JSONSchema } from "json-schema-to-typescript";

/** The part of an OpenRPC document that the types are made of. */
export interface OpenRpc {
  readonly info?: { readonly title?: string; readonly version?: string };
  readonly methods: readonly OpenRpcMethod[];
  readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> };
}

/** One method of it. */
export interface OpenRpcMethod {
  readonly name: string;
  readonly summary?: string;
  readonly params: readonly {
    readonly name: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema: object;
  }[];
  readonly result?: { readonly schema: object };
}

/** Checks that a value is such a document. Throws an Error that says what is missing. */
export function readOpenRpc(text: string): OpenRpc {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`the OpenRPC document is no JSON: ${(error as Error).message}`, { cause: error });
  }
  const { methods } = Object(value) as { methods?: unknown };
  if (!Array.isArray(methods)) throw new Error("the OpenRPC document has no methods: is it one?");
  for (const [index, method] of methods.entries()) {
    const { name, params } = Object(method) as { name?: unknown; params?: unknown };
    if (typeof name !== "string") throw new Error(`methods[${index}] of the OpenRPC document has no name`);
    if (!Array.isArray(params)) throw new Error(`method ${name} of the OpenRPC document has no params`);
  }
  return value as OpenRpc;
}

/**
 * Writes a declaration file by which `ctx.call` knows the host's own methods; what the contract names is known already.
 * Params and results are typed from the document's JSON schemas.
 */
export async function writeTypes(document: OpenRpc): Promise<string> {
  const own = document.methods.filter(
    ({ name }) => !Object.hasOwn(CONTRACT_METHODS, name) && !name.startsWith("session."),
  );
  const schema = {
    title: "OwnMethods",
    ...object(own.map((method) => [method.name, methodSchema(method)])),
    components: document.components,
  } as JSONSchema;
  const interfaces = await compile(schema, "OwnMethods", {
    additionalProperties: false,
    bannerComment: "",
    declareExternallyReferenced: true,
    format: false,
    unreachableDefinitions: false,
  });
  const { title = "a host", version = "" } = document.info ?? {};
  return `// Made by \`sandpipe-sandbox types\` from the OpenRPC document of ${`${title} ${version}`.trim().replaceAll("\n", " ")}; not edited by hand.
import "@sandpipe/sandbox";

declare module "@sandpipe/sandbox" {
  interface HostMethods extends OwnMethods {}
}

${interfaces}`;
}

function methodSchema({ summary, params, result }: OpenRpcMethod): object {
  const described = params.map(
    ({ name, description, schema }) =>
      [name, description === undefined ? schema : { ...schema, description }] as const,
  );
  const required = params.filter((param) => param.required === true).map(({ name }) => name);
  return {
    ...(summary === undefined ? {} : { description: summary }),
    ...object([
      ["params", { ...object(described), required }],
      ["result", result?.schema ?? {}],
    ]),
  };
}

function object(members: readonly (readonly [name: string, schema: object])[]): object {
  return { type: "object", properties: Object.fromEntries(members), required: members.map(([name]) => name) };
}
