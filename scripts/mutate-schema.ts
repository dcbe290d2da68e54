import type { Schema } from "./schema-shape.js";

/** One schema with one fault. */
export interface SchemaMutant {
  /** Where and what, such as `/properties/size minimum dropped`. */
  readonly name: string;
  readonly schema: Schema;
}

const BOUNDS = ["minimum", "maximum", "minLength", "maxLength", "minItems", "pattern", "const", "items"];

/** Every schema that differs from this one by a single fault that a generator or an editor might make. */
export function mutateSchema(schema: Schema): SchemaMutant[] {
  const mutants: SchemaMutant[] = [];
  visit(schema, "", (node, pointer) => {
    const add = (what: string, change: (copy: Schema) => void): void => {
      const copy = structuredClone(schema);
      change(at(copy, pointer));
      mutants.push({ name: `${pointer === "" ? "/" : pointer} ${what}`, schema: copy });
    };
    for (const keyword of BOUNDS)
      if (keyword in node && !anything(node[keyword]))
        add(`${keyword} dropped`, (copy) => delete copy[keyword]);
    for (const name of list(node["required"]))
      add(`${name} no longer required`, (copy) => {
        copy["required"] = list(copy["required"]).filter((other) => other !== name);
      });
    for (const value of list(node["enum"]))
      add(`enum without ${value}`, (copy) => {
        copy["enum"] = list(copy["enum"]).filter((other) => other !== value);
      });
    if ("enum" in node) add("enum dropped", (copy) => delete copy["enum"]);
    const types = list(node["type"]);
    // An enum or a const says the type by itself.
    if (types.length > 0 && !("const" in node || "enum" in node))
      add("type dropped", (copy) => delete copy["type"]);
    if (types.includes("integer"))
      add("integer made number", (copy) => {
        copy["type"] = list(copy["type"]).map((type) => (type === "integer" ? "number" : type));
      });
    if ("$ref" in node) add("$ref dropped", (copy) => delete copy["$ref"]);
    if ("properties" in node && types.includes("object"))
      add("closed to unknown members", (copy) => (copy["additionalProperties"] = false));
    if ("if" in node)
      add("branches dropped", (copy) => ["if", "then", "else"].forEach((key) => delete copy[key]));
  });
  return mutants;
}

/** `{}` allows everything: its loss changes nothing. */
function anything(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function list(value: unknown): string[] {
  return value === undefined ? [] : ((Array.isArray(value) ? value : [value]) as string[]);
}

function at(root: Schema, pointer: string): Schema {
  return pointer
    .split("/")
    .slice(1)
    .reduce((node, key) => node[key] as Schema, root);
}

/** Every subschema but the guards of if/then/else, whose faults show in their branches. */
function visit(node: Schema, pointer: string, see: (node: Schema, pointer: string) => void): void {
  see(node, pointer);
  for (const [key, value] of Object.entries(node)) {
    if (typeof value !== "object" || value === null || key === "if") continue;
    if (key === "properties" || key === "definitions")
      for (const [name, child] of Object.entries(value as Schema)) {
        if (typeof child === "object" && child !== null)
          visit(child as Schema, `${pointer}/${key}/${name}`, see);
      }
    else if (key === "allOf")
      (value as Schema[]).forEach((child, index) => visit(child, `${pointer}/allOf/${index}`, see));
    else if (["items", "then", "else", "additionalProperties"].includes(key))
      visit(value as Schema, `${pointer}/${key}`, see);
  }
}
