import { describe, expect, test } from "vitest";
import { readPublishedTypes } from "./fixtures.js";
import { mutateSchema } from "./mutate-schema.js";
import type { Schema } from "./schema-shape.js";
import { covers, EQUIVALENTS, misjudged } from "./schema-score.js";

const types = readPublishedTypes();

/** The only numbers that may have a fraction. */
const FRACTIONS = ["fraction", "durationMs", "ms", "at"];

function everySchema(node: unknown, see: (schema: Schema, name: string) => void, name = ""): void {
  if (typeof node !== "object" || node === null) return;
  if (!Array.isArray(node)) see(node as Schema, name);
  for (const [key, value] of Object.entries(node)) everySchema(value, see, key);
}

describe.each(types.map((type) => [type.name, type] as const))("%s", (_, type) => {
  test("has fixtures that are valid and fixtures that are not", () => {
    expect(type.fixtures.filter((one) => one.valid).length).toBeGreaterThan(0);
    expect(type.fixtures.filter((one) => !one.valid).length).toBeGreaterThan(0);
  });

  test("its schema accepts exactly the valid ones", () => {
    expect(misjudged(type, type.schema)).toEqual([]);
  });

  test("tolerates unknown members everywhere", () => {
    everySchema(type.schema, (schema) => expect(schema).not.toHaveProperty("additionalProperties", false));
  });

  test("says integer where integers are meant", () => {
    everySchema(type.schema, (schema, name) => {
      if ([schema["type"]].flat().includes("number")) expect(FRACTIONS).toContain(name);
    });
  });

  test("its fixtures kill every mutant of its schema, but those that are listed with a reason", () => {
    const alive = mutateSchema(type.schema)
      .filter((mutant) => misjudged(type, mutant.schema).length === 0)
      .map((mutant) => mutant.name);
    expect(alive.filter((name) => !EQUIVALENTS.some((one) => covers(one, type.name, name)))).toEqual([]);
  });
});

test("every listed survivor has a reason and is a mutant that exists and survives", () => {
  for (const survivor of EQUIVALENTS) {
    expect(survivor.reason.length).toBeGreaterThan(10);
    const covered = types.flatMap((type) =>
      mutateSchema(type.schema)
        .filter((mutant) => covers(survivor, type.name, mutant.name))
        .map((mutant) => ({ mutant: mutant.name, killedBy: misjudged(type, mutant.schema) })),
    );
    expect(covered.length, survivor.mutant).toBeGreaterThan(0);
    expect(covered.filter((one) => one.killedBy.length > 0)).toEqual([]);
  }
});
