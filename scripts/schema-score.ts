import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { fixtureValue, readPublishedTypes, type PublishedType } from "./fixtures.js";
import { mutateSchema } from "./mutate-schema.js";
import type { Schema } from "./schema-shape.js";

/** How many faults of the schemas the fixtures find. */
export interface SchemaScore {
  readonly types: number;
  readonly fixtures: number;
  readonly mutants: number;
  readonly killed: number;
  /** Those that no value can tell from the schema, by the reason. */
  readonly equivalent: number;
  readonly survivors: readonly string[];
}

/** Mutants that no value can tell from the schema: regular expressions over type and name, and why. */
export interface Equivalent {
  readonly type: string;
  readonly mutant: string;
  readonly reason: string;
}

/** The listed ones. */
export const EQUIVALENTS: readonly Equivalent[] = (
  JSON.parse(readFileSync(join(import.meta.dirname, "schema-survivors.json"), "utf8")) as {
    survivors: Equivalent[];
  }
).survivors;

/** Whether a listed one is meant by this mutant of this type. */
export function covers(listed: Equivalent, type: string, mutant: string): boolean {
  return new RegExp(`^${listed.type}$`).test(type) && new RegExp(`^${listed.mutant}$`).test(mutant);
}

/** Each mutant is compiled for a handful of values: to judge the schemas themselves, or to word faults, is the work of others. */
const QUICK = {
  strict: false,
  meta: false,
  validateSchema: false,
  logger: false,
  messages: false,
  code: { optimize: false },
} as const;

/** Ids of the fixtures that a schema of this type judges wrongly. */
export function misjudged(type: PublishedType, schema: Schema): readonly string[] {
  const validate = new Ajv(QUICK).compile(schema);
  return type.fixtures.filter((one) => validate(fixtureValue(one)) !== one.valid).map((one) => one.id);
}

/** Judges every mutant of every published schema by the type's fixtures. */
export function schemaScore(): SchemaScore {
  const types = readPublishedTypes();
  const mutants = types.flatMap((type) =>
    mutateSchema(type.schema).map(({ name, schema }) => {
      const killed = misjudged(type, schema).length > 0;
      return {
        name: `${type.name} ${name}`,
        killed,
        listed: EQUIVALENTS.some((one) => covers(one, type.name, name)),
      };
    }),
  );
  return {
    types: types.length,
    fixtures: types.reduce((sum, { fixtures }) => sum + fixtures.length, 0),
    mutants: mutants.length,
    killed: mutants.filter(({ killed }) => killed).length,
    equivalent: mutants.filter(({ killed, listed }) => !killed && listed).length,
    survivors: mutants.filter(({ killed, listed }) => !killed && !listed).map(({ name }) => name),
  };
}
