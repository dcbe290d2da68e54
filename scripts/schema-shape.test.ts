import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { fixtureValue, readPublishedTypes } from "./fixtures.js";
import { shape } from "./schema-shape.js";

const ajv = new Ajv({ strict: false, allErrors: true });

/** Faults of a value, without the remark of each if/then/else that one of its branches failed. */
function faultsOf(schema: object, value: unknown): string[] {
  ajv.validate(schema, value);
  return (ajv.errors ?? [])
    .filter(({ keyword }) => keyword !== "if")
    .map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const published = new Map(readPublishedTypes().map((type) => [type.name, type]));

describe("a union gives the one error of the branch that was meant", () => {
  test.each([
    ["v1/SessionResultParams", { ok: true }, " must have required property 'value'"],
    ["v1/SessionResultParams", { ok: false, value: 1 }, " must have required property 'error'"],
    ["v1/SessionResultParams", { ok: 1, value: 1 }, "/ok must be equal to one of the allowed values"],
    ["v1/SessionOutputParams", { stream: "stdout", text: 1 }, "/text must be string"],
    [
      "v1/SessionOutputParams",
      { stream: "both", base64: "" },
      "/stream must be equal to one of the allowed values",
    ],
    ["v1/SessionOutputParams", { stream: "stdout", text: "", base64: "" }, "/base64 boolean schema is false"],
    ["control/Step", { n: 1, do: "call" }, " must have required property 'method'"],
    ["control/Step", { n: 1, do: "dance" }, "/do must be equal to one of the allowed values"],
  ])("%s of %j", (name, value, fault) => {
    expect(faultsOf(published.get(name)?.schema ?? {}, value)).toEqual([fault]);
  });

  test("every invalid fixture of a union is told at one place only", () => {
    for (const name of ["v1/SessionResultParams", "v1/SessionOutputParams", "control/Step"]) {
      const type = published.get(name);
      for (const one of type?.fixtures.filter(({ valid }) => !valid) ?? []) {
        const faults = faultsOf(type?.schema ?? {}, fixtureValue(one));
        const places = new Set(faults.map((fault) => fault.slice(0, fault.indexOf(" "))));
        expect(places.size, one.id).toBe(1);
      }
    }
  });
});

describe("what typescript-json-schema can't say is put in place", () => {
  test("a list of types, and the type of an array's items", () => {
    expect(shape({ type: '["string","integer"]' })).toEqual({ type: ["string", "integer"] });
    expect(shape({ type: "array", items: { type: "number" }, itemType: "integer" })).toEqual({
      type: "array",
      items: { type: "integer" },
    });
  });

  test("a union that no member tells apart is an error, not a guess", () => {
    const branch = { type: "object", properties: { a: {} }, required: ["a"] };
    expect(() => shape({ anyOf: [branch, { ...branch, description: "other" }] })).toThrow(
      /no member tells these apart/,
    );
  });
});
