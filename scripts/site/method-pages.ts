import { readPublishedTypes, type PublishedType } from "../fixtures.js";
import { readMethods, type MethodEntry } from "../method-table.js";
import { VERSIONS } from "../versions.js";
import { jsonBlock } from "./json-block.js";
import { linkBetween, type SitePage } from "./page.js";
import { schemaTable } from "./schema-table.js";
import { table } from "./html.js";
import { judged, typeLink } from "./type-pages.js";

const FOLDER = "v1/methods-and-notifications";

/** A page for every method and notification of v1, with whole frames as examples, below one that lists them. */
export async function methodPages(): Promise<SitePage> {
  const types = new Map(readPublishedTypes(["v1"]).map((type) => [type.name.slice(3), type]));
  const methods = readMethods();
  const children = await Promise.all(methods.map((method) => methodPage(method, types)));
  const rows = methods.map((method) => [
    `[\`${method.name}\`](${linkBetween(`${FOLDER}/index`, `${FOLDER}/${method.name}`)})`,
    method.result === undefined ? "notification" : "request",
    method.direction,
    method.feature === undefined ? "–" : `\`${method.feature}\``,
  ]);
  const body = table(["name", "kind", "from, to", "feature"], rows);
  return { path: `${FOLDER}/index`, title: "Every method, one by one", body, children };
}

async function methodPage(method: MethodEntry, types: ReadonlyMap<string, PublishedType>): Promise<SitePage> {
  const path = `${FOLDER}/${method.name}`;
  const link = typeLink("v1", path);
  const typeOf = (name: string): PublishedType => {
    const type = types.get(name);
    if (type === undefined) throw new Error(`${method.name} takes ${name}, which has no schema`);
    return type;
  };
  const example = (
    name: string,
    valid: boolean,
  ): { id: string; why: string; value: unknown; fault: string } => {
    const type = typeOf(name);
    const fixture = type.fixtures.find((one) => one.valid === valid && one.text === undefined);
    if (fixture === undefined) throw new Error(`${name} has no ${valid ? "" : "in"}valid vector`);
    return { id: fixture.id, why: fixture.why, ...judged(type, fixture) };
  };
  const call = (params: unknown): object => ({
    ...(method.result !== undefined && { id: 7 }),
    method: method.name,
    params,
  });
  const good = example(method.params, true);
  const bad = example(method.params, false);
  const facts = [
    method.result === undefined ? "notification: never answered" : "request",
    method.direction,
    ...(method.feature === undefined ? [] : [`feature ${method.feature}`]),
    ...(method.idempotent === undefined
      ? []
      : [method.idempotent ? "idempotent" : "not idempotent: never sent twice"]),
  ];
  const rows = VERSIONS.filter(({ name }) => name === "v1").flatMap(({ rows: some }) =>
    some.filter(({ text, intent }) => mentions(`${text} ${intent}`, method.name)),
  );
  const refused =
    method.result === undefined
      ? "A receiver drops it, counts a violation, and answers nothing."
      : "A host answers it with −32602, under its id.";
  const parts = [
    `<ul class="tags">${facts.map((fact) => `<li>${fact}</li>`).join("")}</ul>`,
    "## Params",
    `[${method.params}](${link(method.params) ?? ""})`,
    schemaTable(typeOf(method.params).schema, typeOf(method.params).schema, link),
    ...(method.result === undefined ? [] : resultPart(method.result, typeOf(method.result), link)),
    "## Frames",
    `Between RS and LF, on one line (vector \`${good.id}\`):`,
    await jsonBlock(framed(call(good.value), method, types)),
  ];
  if (method.result !== undefined) {
    const result = example(method.result, true);
    parts.push("Its answer:", await jsonBlock(framed({ id: 7, result: result.value }, method, types)));
  }
  parts.push(
    "## A frame that is refused",
    `Vector \`${bad.id}\`: ${bad.why}. ${refused} \`${bad.fault}\``,
    await jsonBlock({ jsonrpc: "2.0", ...call(bad.value) }),
    "## Requirements that name it",
    rows.map(({ id, text }) => `- \`${id}\`: ${text}`).join("\n") ||
      "None names it alone; those about all calls hold.",
  );
  return { path, title: method.name, body: parts.join("\n\n") };
}

function resultPart(name: string, type: PublishedType, link: (name: string) => string | undefined): string[] {
  return ["## Result", `[${name}](${link(name) ?? ""})`, schemaTable(type.schema, type.schema, link)];
}

/** An example as a frame; that the envelope is valid as well is checked here, against its own schema. */
function framed(frame: object, method: MethodEntry, types: ReadonlyMap<string, PublishedType>): object {
  const whole = { jsonrpc: "2.0", ...frame };
  const name =
    "result" in whole ? "SuccessResponse" : method.result === undefined ? "Notification" : "Request";
  const type = types.get(name);
  if (type === undefined) throw new Error(`v1 has no schema ${name}`);
  judged(type, { id: `${method.name} as ${name}`, type: name, valid: true, value: whole, why: "an example" });
  return whole;
}

function mentions(text: string, name: string): boolean {
  return new RegExp(`(?<![\\w.])${name.replaceAll(".", "\\.")}(?![\\w.]*\\w)`).test(text);
}
