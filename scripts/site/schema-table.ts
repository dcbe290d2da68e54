import type { Schema } from "../schema-shape.js";
import { oneLine, table } from "./html.js";

/** What the type cell of a schema links to, by the name of a published type; undefined where it has no page. */
export type TypeLink = (name: string) => string | undefined;

/** The members of an object schema as a table; its own alternatives each by their own. */
export function schemaTable(schema: Schema, root: Schema, link: TypeLink): string {
  const shape = resolve(schema, root);
  const variants = variantsOf(shape);
  const properties = shape["properties"] as Record<string, Schema> | undefined;
  if (properties === undefined && variants.length > 0)
    return variants
      .map((one, index) => {
        const name = typeof one["$ref"] === "string" ? `, **${nameOf(one["$ref"])}**` : "";
        const about = oneLine((resolve(one, root)["description"] as string | undefined) ?? "");
        const head = `Form ${index + 1} of ${variants.length}${name}${about === "" ? "" : `: ${about}`}`;
        return `${head}\n\n${schemaTable(one, root, link)}`;
      })
      .join("\n\n");
  if (properties === undefined) return `A value of type ${typeText(shape, root, link)}.`;
  const required = new Set(shape["required"] as string[] | undefined);
  const rows = Object.entries(properties).map(([name, member]) => {
    const about = (member["description"] ?? resolve(member, root)["description"] ?? "") as string;
    return [`\`${name}\``, typeText(member, root, link), required.has(name) ? "yes" : "no", oneLine(about)];
  });
  return rows.length === 0
    ? "It has no members of its own."
    : table(["member", "type", "required", "meaning"], rows);
}

/** What a value may be one of: alternatives, or what a member chooses by `if`, `then`, `else`. */
function variantsOf(shape: Schema): readonly Schema[] {
  const variants = [...(((shape["anyOf"] ?? shape["oneOf"]) as Schema[] | undefined) ?? [])];
  for (let one: Schema | undefined = shape; one?.["then"] !== undefined; one = one["else"] as Schema)
    variants.push(one["then"] as Schema);
  return variants;
}

function nameOf(reference: string): string {
  return reference.split("/").at(-1) ?? "";
}

function resolve(schema: Schema, root: Schema): Schema {
  const reference = schema["$ref"];
  if (typeof reference !== "string") return schema;
  const name = nameOf(reference);
  return (root["definitions"] as Record<string, Schema> | undefined)?.[name] ?? {};
}

/** A schema in a few words: `integer, at least 1`. */
export function typeText(schema: Schema, root: Schema, link: TypeLink): string {
  if (typeof schema["$ref"] === "string") {
    const name = nameOf(schema["$ref"]);
    const href = link(name);
    if (href !== undefined) return `[${name}](${href})`;
    const named = resolve(schema, root);
    return named["properties"] === undefined ? typeText(named, root, link) : `${name}: ${membersText(named)}`;
  }
  if ("const" in schema) return `\`${JSON.stringify(schema["const"])}\``;
  if (Array.isArray(schema["enum"]))
    return schema["enum"].map((one) => `\`${JSON.stringify(one)}\``).join(" or ");
  const variants = (schema["anyOf"] ?? schema["oneOf"]) as Schema[] | undefined;
  if (variants !== undefined) return variants.map((one) => typeText(one, root, link)).join(" or ");
  const type = [schema["type"] ?? "any value"].flat().join(" or ");
  if (type === "array" && schema["items"] !== undefined)
    return `array of ${typeText(schema["items"] as Schema, root, link)}`;
  if (type === "object" && schema["properties"] !== undefined) return `object: ${membersText(schema)}`;
  return [type, ...bounds(schema)].join(", ");
}

function membersText(schema: Schema): string {
  return Object.keys(schema["properties"] as object)
    .map((name) => `\`${name}\``)
    .join(", ");
}

function bounds(schema: Schema): string[] {
  const words: Readonly<Record<string, string>> = {
    minimum: "at least",
    maximum: "at most",
    minLength: "length at least",
    maxLength: "length at most",
    minItems: "items at least",
    pattern: "like",
  };
  return Object.entries(words).flatMap(([key, word]) =>
    key in schema ? [`${word} \`${String(schema[key])}\``] : [],
  );
}
