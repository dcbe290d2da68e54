/**
 * Writes the JSON Schemas (draft-07) of every published type from the types in spec/: one file a type, and one
 * bundle a version. `--check` writes nothing and exits 1 where a committed file differs.
 */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as TJS from "typescript-json-schema";
import { SCHEMA_SOURCES, type SchemaSource } from "./schema-sources.js";
import { shape, sortKeys, type Schema } from "./schema-shape.js";

const ID_BASE = "urn:sandpipe:schema";

/** Written by scripts/generate-api-documents.ts. */
const OTHERS = ["openrpc.json", "openapi.json"];

function generate(source: SchemaSource): Map<string, string> {
  const program = TJS.getProgramFromFiles(
    [source.entry],
    {
      strictNullChecks: true,
      module: "esnext",
      moduleResolution: "bundler",
      target: "es2022",
      skipLibCheck: true,
    },
    ".",
  );
  const generator = TJS.buildGenerator(program, {
    required: true,
    ref: true,
    noExtraProps: false,
    titles: false,
    // @items is lost on optional arrays of numbers; schema-shape.ts puts this one in place.
    validationKeywords: ["itemType"],
  });
  if (generator === null) throw new Error(`${source.entry} does not compile; run tsc -b spec and mend it`);
  const files = new Map<string, string>();
  const definitions: Record<string, Schema> = {};
  for (const type of source.types) {
    const schema = shape(generator.getSchemaForSymbol(type) as Schema);
    delete schema["$schema"];
    const { definitions: used, ...own } = schema;
    for (const [name, definition] of Object.entries((used ?? {}) as Record<string, Schema>))
      definitions[name] = definition;
    definitions[type] = own;
    files.set(`${type}.json`, render({ $id: `${ID_BASE}:${source.name}:${type}`, ...schema }));
  }
  files.set("bundle.json", render({ $id: `${ID_BASE}:${source.name}`, definitions: sortKeys(definitions) }));
  return files;
}

function render(schema: Schema): string {
  return `${JSON.stringify({ $schema: "http://json-schema.org/draft-07/schema#", ...schema }, null, 2)}\n`;
}

const check = process.argv.includes("--check");
const drift: string[] = [];
for (const source of SCHEMA_SOURCES) {
  const folder = join("schemas", source.name);
  mkdirSync(folder, { recursive: true });
  const files = generate(source);
  const here = readdirSync(folder).filter((name) => name.endsWith(".json") && !OTHERS.includes(name));
  for (const stale of here.filter((name) => !files.has(name))) {
    drift.push(join(folder, stale));
    if (!check) rmSync(join(folder, stale));
  }
  for (const [name, text] of files) {
    const path = join(folder, name);
    let old = "";
    try {
      old = readFileSync(path, "utf8");
    } catch {
      // a new type
    }
    if (old !== text) drift.push(path);
    if (!check && old !== text) writeFileSync(path, text);
  }
}
if (check && drift.length > 0) {
  console.error(`schemas/ has drifted from spec/: ${drift.join(", ")}\nRun: npm run schemas`);
  process.exit(1);
}
