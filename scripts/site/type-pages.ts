import { Ajv } from "ajv";
import { fixtureValue, readPublishedTypes, type Fixture, type PublishedType } from "../fixtures.js";
import type { Schema } from "../schema-shape.js";
import { folded, oneLine } from "./html.js";
import { jsonBlock } from "./json-block.js";
import { linkBetween, type SitePage } from "./page.js";
import { schemaTable, type TypeLink } from "./schema-table.js";

type Version = "v0" | "v1" | "control";

const FOLDER: Readonly<Record<Version, string>> = { v0: "v0/types", v1: "v1/types", control: "kit/messages" };

/** The link from a page to a published type's own page. */
export function typeLink(version: Version, from: string): TypeLink {
  const names = new Set(readPublishedTypes([version]).map(({ name }) => name.split("/")[1] ?? ""));
  return (name) => (names.has(name) ? linkBetween(from, `${FOLDER[version]}/${name}`) : undefined);
}

/** A page for every published type of a version, below one that lists them. */
export async function typePages(version: Version, title: string): Promise<SitePage> {
  const types = readPublishedTypes([version]);
  const children = await Promise.all(types.map((type) => typePage(version, type)));
  const lines = types.map(({ schema }, index) => {
    const child = children[index]!;
    return `- [${child.title}](${linkBetween(`${FOLDER[version]}/index`, child.path)}): ${summary(schema)}`;
  });
  const body = `${lines.join("\n")}\n\nEach page is made from the JSON Schema; its examples are vectors, and were validated against the schema when this page was built.`;
  return { path: `${FOLDER[version]}/index`, title, body, children };
}

async function typePage(version: Version, type: PublishedType): Promise<SitePage> {
  const name = type.name.split("/")[1] ?? "";
  const path = `${FOLDER[version]}/${name}`;
  const valid = type.fixtures.find((one) => one.valid);
  const invalid = type.fixtures.find((one) => !one.valid && one.text === undefined);
  if (valid === undefined || invalid === undefined)
    throw new Error(`${type.name} lacks a valid or an invalid vector`);
  const body = [
    summary(type.schema),
    schemaTable(type.schema, type.schema, typeLink(version, path)),
    "Members that stand in no table are ignored, not refused.",
    `## A valid one`,
    `Vector \`${valid.id}\`: ${valid.why}.`,
    await jsonBlock(judged(type, valid).value),
    `## One that is not`,
    `Vector \`${invalid.id}\`: ${invalid.why}.`,
    await jsonBlock(judged(type, invalid).value),
    `A validator says: \`${judged(type, invalid).fault}\`.`,
    folded("The whole JSON Schema", await jsonBlock(type.schema)),
  ].join("\n\n");
  return { path, title: name, body };
}

const ajv = new Ajv({ allowUnionTypes: true, strictTypes: false, addUsedSchema: false });

/** Validates an example and fails where the schema judges it otherwise than its vector. */
export function judged(type: PublishedType, fixture: Fixture): { value: unknown; fault: string } {
  const value = fixtureValue(fixture);
  const valid = ajv.validate(type.schema, value);
  if (valid !== fixture.valid)
    throw new Error(`${fixture.id} is ${fixture.valid ? "" : "in"}valid by its vector, not by ${type.name}`);
  return { value, fault: ajv.errorsText(ajv.errors, { dataVar: type.name.split("/")[1] ?? "value" }) };
}

function summary(schema: Schema): string {
  return oneLine((schema["description"] as string | undefined) ?? "");
}
