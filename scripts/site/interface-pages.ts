import { readFileSync } from "node:fs";
import { ERROR_CODE, RPC_ERROR } from "@sandpipe/spec/v1";
import type { Schema } from "../schema-shape.js";
import { VERSIONS } from "../versions.js";
import { folded, table } from "./html.js";
import { jsonBlock } from "./json-block.js";
import { linkBetween, type SitePage } from "./page.js";
import { typeText } from "./schema-table.js";
import { typeLink } from "./type-pages.js";

interface OpenRpc {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly methods: readonly {
    readonly name: string;
    readonly params: readonly {
      readonly name: string;
      readonly required: boolean;
      readonly schema: Schema;
    }[];
    readonly result?: { readonly name: string; readonly schema: Schema };
    readonly errors?: readonly { readonly $ref: string }[];
  }[];
}

/** schemas/v1/openrpc.json as a page. */
export function openrpcPage(): SitePage {
  const document = JSON.parse(readFileSync("schemas/v1/openrpc.json", "utf8")) as OpenRpc;
  const path = "v1/openrpc";
  const link = typeLink("v1", path);
  const sections = document.methods.map(({ name, params, result, errors = [] }) => {
    const rows = params.map((param) => [
      `\`${param.name}\``,
      typeText(param.schema, {}, link),
      param.required ? "yes" : "no",
    ]);
    return [
      `## ${name}`,
      rows.length === 0 ? "No params." : table(["param", "type", "required"], rows),
      result === undefined ? "A notification: no result." : `Result: ${typeText(result.schema, {}, link)}`,
      errors.length === 0
        ? ""
        : `Errors: ${errors.map(({ $ref }) => `\`${$ref.split("/").at(-1) ?? ""}\``).join(", ")}`,
      `[In full](${linkBetween(path, `v1/methods-and-notifications/${name}`)})`,
    ].join("\n\n");
  });
  const head = `${document.info.description}\n\nOpenRPC document of version ${document.info.version}: [openrpc.json](../../../schemas/v1/openrpc.json).`;
  return { path, title: "OpenRPC", body: [head, ...sections].join("\n\n") };
}

interface OpenApi {
  readonly info: { readonly version: string; readonly description?: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly summary: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}

type Content = Readonly<
  Record<
    string,
    { readonly schema?: Schema; readonly examples?: Readonly<Record<string, { readonly value: unknown }>> }
  >
>;

/** schemas/v1/openapi.json as a page. */
export async function openapiPage(): Promise<SitePage> {
  const document = JSON.parse(readFileSync("schemas/v1/openapi.json", "utf8")) as OpenApi;
  const path = "v1/openapi";
  const link = typeLink("v1", path);
  const sections: string[] = [];
  for (const [route, operations] of Object.entries(document.paths))
    for (const [verb, operation] of Object.entries(operations)) {
      const { summary, parameters = [], requestBody, responses } = operation;
      const given = parameters.map((one) => [
        `\`${one.name}\``,
        one.in,
        typeText(one.schema, {}, link),
        one.required ? "yes" : "no",
      ]);
      const answers = Object.entries(responses).map(([status, { description, content = {} }]) => [
        status,
        description,
        Object.entries(content)
          .map(
            ([type, { schema }]) => `${type}${schema === undefined ? "" : `: ${typeText(schema, {}, link)}`}`,
          )
          .join("<br>") || "–",
      ]);
      sections.push(
        `## ${verb.toUpperCase()} ${route.replaceAll(/[{}]/g, (sign) => `\\${sign}`)}`,
        `${summary}.`,
        given.length === 0 ? "" : table(["parameter", "in", "type", "required"], given),
        ...(await examples("Body", requestBody?.content)),
        table(["status", "when", "body"], answers),
        ...(await examples("Answer", responses["200"]?.content)),
      );
    }
  const head = `The routes that a host serves over HTTP, all with the session's token. OpenAPI document of version ${document.info.version}: [openapi.json](../../../schemas/v1/openapi.json). The rules around them are in [Transports](${linkBetween(path, "v1/transports")}).`;
  return { path, title: "OpenAPI", body: [head, ...sections.filter((one) => one !== "")].join("\n\n") };
}

async function examples(label: string, content: Content = {}): Promise<string[]> {
  const all = Object.values(content).flatMap(({ examples: some = {} }) => Object.entries(some));
  return Promise.all(
    all.map(async ([name, { value }]) => folded(`${label}, ${name}`, await jsonBlock(value))),
  );
}

/** The error codes from spec/v1/errors.ts with the requirements that demand them. */
export function errorTablePage(): SitePage {
  const rows = VERSIONS.find(({ name }) => name === "v1")?.rows ?? [];
  const entries = [
    ...Object.entries(RPC_ERROR).map(([name, code]) => [code, "–", name] as const),
    ...Object.entries(ERROR_CODE).map(([kind, code]) => [code, `\`${kind}\``, ""] as const),
  ];
  const lines = entries.map(([code, kind, name]) => {
    const sign = String(code).replace("-", "−");
    const about = rows.filter(({ text }) => new RegExp(`(?<!\\d)${sign}(?!\\d)`).test(text));
    return [sign, kind === "–" ? name : kind, about.map(({ id }) => `\`${id}\``).join("<br>") || "–"];
  });
  const body = [
    `Codes never change. What each means, and which answers first when several apply, is in [Errors](${linkBetween("v1/error-table", "v1/errors")}).`,
    table(["code", "kind", "requirements that demand it"], lines),
  ].join("\n\n");
  return { path: "v1/error-table", title: "Error table", body };
}
