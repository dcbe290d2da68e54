import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Schema } from "./schema-shape.js";
import { SCHEMA_SOURCES } from "./schema-sources.js";

/** A value of a type, valid or not; see conformance/vectors/README.md. */
export interface Fixture {
  readonly id: string;
  readonly type: string;
  readonly valid: boolean;
  readonly value?: unknown;
  readonly text?: string;
  readonly why: string;
}

/** A published type: its schema as committed and its fixtures. */
export interface PublishedType {
  /** Such as `v1/Request`. */
  readonly name: string;
  readonly schema: Schema & { readonly $id: string };
  readonly fixtures: readonly Fixture[];
}

const FOLDERS = {
  v0: "conformance/vectors/v0/frames",
  v1: "conformance/vectors/v1/frames",
  control: "spec/fixtures/control",
};

/** Every published type of these versions, or of all. */
export function readPublishedTypes(only?: readonly string[]): PublishedType[] {
  return SCHEMA_SOURCES.filter(({ name }) => only?.includes(name) ?? true).flatMap((source) => {
    const folder = FOLDERS[source.name];
    const fixtures = readdirSync(folder).flatMap(
      (file) => (JSON.parse(readFileSync(join(folder, file), "utf8")) as { vectors: Fixture[] }).vectors,
    );
    return source.types.map((type) => ({
      name: `${source.name}/${type}`,
      schema: JSON.parse(
        readFileSync(join("schemas", source.name, `${type}.json`), "utf8"),
      ) as PublishedType["schema"],
      fixtures: fixtures.filter((fixture) => fixture.type === type),
    }));
  });
}

/** The value that a fixture means. */
export function fixtureValue(fixture: Fixture): unknown {
  return fixture.text === undefined ? fixture.value : JSON.parse(fixture.text);
}
