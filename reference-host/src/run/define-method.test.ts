import metaSchema from "@open-rpc/meta-schema";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { createHost, defineMethod } from "../index.js";
import { CONTRACT } from "../methods/contract.js";
import type { JsonSchema } from "../methods/method.js";
import { PROBE_FILES, probe } from "./probe-run.js";

const { openrpcDocument: meta } = metaSchema as unknown as { readonly openrpcDocument: object };

interface Paint {
  readonly wall: string;
  readonly coats?: number;
}

const PARAMS: JsonSchema = {
  $id: "urn:test:paint",
  type: "object",
  properties: {
    coats: { $ref: "#/definitions/count" },
    wall: { type: "string", format: "uuid", minLength: 1 },
    "odd/~name": { type: "null" },
  },
  required: ["wall"],
  additionalProperties: false,
  definitions: { count: { type: "integer", minimum: 1 } },
};

const paint = defineMethod<Paint, { painted: string }>({
  name: "wall.paint",
  description: "Paints a wall.",
  params: PARAMS,
  result: { type: "object", properties: { painted: { type: "string" } }, required: ["painted"] },
  // Deliberately wrong for one wall: what then is the host's own mistake.
  handle: ({ wall }) => (wall === "wet" ? ({} as { painted: string }) : { painted: wall }),
});

const later = defineMethod<object, number>({
  name: "later",
  idempotent: true,
  params: { type: "object" },
  result: { type: "integer" },
  handle: async () => Promise.resolve(1.5),
});

describe("a method defined by its schemas", () => {
  test("is judged by them, is listed in session.open, and its own mistakes don't reach the script", async () => {
    const failures: unknown[] = [];
    const host = createHost({ methods: [paint, later], isolation: "none" });
    const { report } = host.run({
      command: probe(`
        const { result: opened } = await open();
        const codes = [];
        for (const [n, params] of [{ wall: "a", _meta: { x: 1 } }, {}, { wall: 1 }, { wall: "a", coats: 0 },
          { wall: "a", more: 1 }, { wall: "wet" }].entries()) {
          const { result, error } = await call("wall.paint", params, "p" + n);
          codes.push(result ?? [error.code, error.message]);
        }
        const { error } = await call("later", {}, "l");
        await result({ methods: opened.methods, codes, later: error });`),
      session: { projectId: "p1" },
      readable: PROBE_FILES,
      observer: { handlerFailed: (_, error) => void failures.push(error) },
    });
    const { result, effectCount } = await report;
    expect(result).toMatchObject({
      methods: [
        { name: "wall.paint", idempotent: false },
        { name: "later", idempotent: true },
      ],
      codes: [
        { painted: "a" },
        [-32602, expect.stringContaining("wall")],
        [-32602, expect.stringContaining("wall")],
        [-32602, expect.stringContaining("coats")],
        [-32602, expect.any(String)],
        [-32603, expect.not.stringContaining("painted")],
      ],
      later: { code: -32603 },
    });
    expect(effectCount).toBe(2);
    expect(failures.map(String)).toEqual([
      expect.stringContaining("wall.paint gave a result"),
      expect.stringContaining("must be integer"),
    ]);
  });

  test("says which schema can't be compiled", () => {
    const broken = (more: Partial<typeof paint>) => () =>
      defineMethod({ name: "m", params: { type: "object" }, handle: () => 1, ...more } as never);
    expect(broken({ params: { type: "nonsense" } })).toThrow(/params of m/);
    expect(broken({ result: { typ: "object" } })).toThrow(/result of m/);
    expect(broken({ params: { $ref: "#/nowhere" } })).toThrow(TypeError);
  });

  test("the same schema may serve two methods", () => {
    for (const name of ["a", "b"]) {
      const method = defineMethod<Paint, null>({ name, params: PARAMS, handle: () => null });
      expect(method.validate({ wall: "x" })).toBe(true);
    }
  });
});

describe("the host's OpenRPC document", () => {
  const contract = Object.assign(() => ({ methods: [], dispose: () => undefined }), { describes: CONTRACT });

  test("is valid, names what may be called, and every reference in it leads somewhere", async () => {
    const document = await createHost({ methods: [contract, paint, later] }).openrpc();
    // What it refers to on the network is at hand here.
    const local = JSON.parse(
      JSON.stringify({ ...meta, $schema: undefined })
        .replaceAll(/"\$ref":"https:\/\/meta\.json-schema\.tools\/#[^"]*\$ref"/g, '"type":"string"')
        .replaceAll('"https://meta.json-schema.tools"', '"http://json-schema.org/draft-07/schema#"'),
    ) as object;
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(local);
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
    const names = document.methods.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["session.open", "files.list", "wall.paint", "later"]));
    expect(new Set(names).size).toBe(names.length);
    const references: string[] = [];
    JSON.stringify(document, (key, value: unknown) => {
      if (key === "$ref" && typeof value === "string") references.push(value);
      return value;
    });
    expect(references.length).toBeGreaterThan(50);
    expect(references.filter((reference) => resolve(document, reference) === undefined)).toEqual([]);
    expect(document.methods.find(({ name }) => name === "wall.paint")).toMatchObject({
      summary: "Paints a wall.",
      "x-idempotent": false,
      params: [
        { name: "wall", required: true },
        { name: "coats", required: false },
        { name: "odd/~name", required: false },
      ],
    });
    // The document is one's own to change.
    expect(await createHost().openrpc()).not.toMatchObject({
      components: { schemas: { "wall.paint.params": {} } },
    });
  });
});

function resolve(document: object, reference: string): unknown {
  const parts = decodeURIComponent(reference.slice(2)).split("/");
  return parts.reduce<unknown>(
    (node, part) =>
      (node as Record<string, unknown> | undefined)?.[part.replaceAll("~1", "/").replaceAll("~0", "~")],
    document,
  );
}
