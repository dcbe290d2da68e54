import { createRequire } from "node:module";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv } from "ajv";
import { CONTRACT_METHODS, SANDBOX_NOTIFICATIONS } from "@sandpipe/spec/v1";
import { describe, expect, test } from "vitest";
import { openapiDocument } from "./openapi.js";
import { openrpcDocument } from "./openrpc.js";
import type { Schema } from "./schema-shape.js";

const { openrpcDocument: meta } = createRequire(import.meta.url)("@open-rpc/meta-schema") as {
  openrpcDocument: Schema;
};

/** Checks a value against a schema whose references live in a document. */
function faultsOf(document: Schema, schema: Schema, value: unknown): unknown[] {
  const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false });
  ajv.validate({ ...schema, components: document["components"] }, value);
  return ajv.errors ?? [];
}

interface RpcMethod {
  readonly name: string;
  readonly params: readonly { name: string; required: boolean; schema: Schema }[];
  readonly result?: { schema: Schema };
  readonly examples: readonly {
    params: readonly { name: string; value: unknown }[];
    result?: { value: unknown };
  }[];
  readonly "x-params": Schema;
}

describe("the OpenRPC document", () => {
  const document = openrpcDocument();
  const methods = document["methods"] as RpcMethod[];

  test("is valid by OpenRPC's meta-schema", () => {
    // Its own $schema and the JSON Schema that it refers to lie on the network; Ajv holds draft-07 itself.
    const { $schema: _, ...schema } = meta;
    const local = JSON.parse(
      JSON.stringify(schema)
        .replaceAll(/"\$ref":"https:\/\/meta\.json-schema\.tools\/#[^"]*\$ref"/g, '"type":"string"')
        .replaceAll(
          '"$ref":"https://meta.json-schema.tools"',
          '"$ref":"http://json-schema.org/draft-07/schema#"',
        ),
    ) as Schema;
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    ajv.validate(local, document);
    expect(ajv.errors ?? []).toEqual([]);
    ajv.validate(local, { ...document, methods: [{ name: "files.list" }] });
    expect(ajv.errors?.map(({ message }) => message)).toContain("must have required property 'params'");
  });

  test("has every method and notification", () => {
    const names = methods.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([...Object.keys(CONTRACT_METHODS), ...SANDBOX_NOTIFICATIONS]),
    );
  });

  test.each(methods.map((method) => [method.name, method] as const))(
    "%s: examples fit the schemas, by member and as a whole",
    (_, method) => {
      for (const { params, result } of method.examples) {
        for (const { name, value } of params) {
          const member = method.params.find((one) => one.name === name);
          expect(member, `${method.name} has no param ${name}`).toBeDefined();
          expect(faultsOf(document, member?.schema ?? {}, value)).toEqual([]);
        }
        const whole = Object.fromEntries(params.map(({ name, value }) => [name, value]));
        expect(faultsOf(document, method["x-params"], whole)).toEqual([]);
        expect(method.params.filter(({ required, name }) => required && !(name in whole))).toEqual([]);
        if (method.result) expect(faultsOf(document, method.result.schema, result?.value)).toEqual([]);
      }
    },
  );
});

describe("the OpenAPI document", () => {
  const document = openapiDocument();

  test("is valid by a public validator", async () => {
    const result = await new Validator().validate(structuredClone(document) as Record<string, unknown>);
    expect(result).toMatchObject({ valid: true });
  });

  test("the validator refuses a document with a fault", async () => {
    const broken = { ...structuredClone(document), paths: { "/x": { post: { responses: 7 } } } };
    expect((await new Validator().validate(broken as Record<string, unknown>)).valid).toBe(false);
  });

  test("every example fits its schema", () => {
    let examples = 0;
    const walk = (node: unknown): void => {
      if (typeof node !== "object" || node === null) return;
      const { schema, examples: named, example } = node as Schema;
      if (typeof named === "object" && named !== null)
        for (const one of Object.values(named) as { value: unknown }[]) {
          examples++;
          expect(faultsOf(document, schema as Schema, one.value)).toEqual([]);
        }
      if (example !== undefined) expect(faultsOf(document, schema as Schema, example)).toEqual([]);
      Object.values(node).forEach(walk);
    };
    walk(document["paths"]);
    expect(examples).toBeGreaterThan(10);
  });
});
