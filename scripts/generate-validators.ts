/**
 * Compiles the committed schemas into one bundled module of validators for each package that validates, so that
 * nothing is compiled at start-up. Each package gets only what it uses, in its own generated/.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import standaloneModule from "ajv/dist/standalone/index.js";
import { build } from "esbuild";
import { SCHEMA_SOURCES } from "./schema-sources.js";

const standalone = standaloneModule as unknown as typeof standaloneModule.default;

const ALL = SCHEMA_SOURCES.filter((source) => source.name !== "v0").flatMap((source) =>
  source.types.map((type) => `${source.name}/${type}`),
);
/** v0 has the same names as v1. */
const exportOf = (type: string): string =>
  type.startsWith("v0/") ? `${type.slice(3)}V0` : (type.split("/")[1] ?? "");
const PARAMS = ALL.filter((type) => type.startsWith("v1/") && type.endsWith("Params"));

/** Which validators each package gets, as `<version>/<Type>`. */
const WANTED: Readonly<Record<string, readonly string[]>> = {
  "reference-host": [
    ...PARAMS,
    ...["DescribeRequest", "RunRequest", "CancelRequest", "ExitRequest"].map((type) => `control/${type}`),
  ],
  "reference-sandbox": ["v1/SessionOpenResult", "v1/SessionCloseParams"],
  conformance: [...ALL, ...["Request", "SuccessResponse", "ErrorResponse"].map((type) => `v0/${type}`)],
};

for (const [folder, types] of Object.entries(WANTED)) {
  const ajv = new Ajv({ strict: false, code: { source: true, esm: true, lines: true }, inlineRefs: true });
  const exports: Record<string, string> = {};
  for (const type of types) {
    const schema = JSON.parse(readFileSync(join("schemas", `${type}.json`), "utf8")) as { $id: string };
    ajv.addSchema(schema);
    exports[exportOf(type)] = schema.$id;
  }
  const { outputFiles } = await build({
    stdin: { contents: standalone(ajv, exports), resolveDir: ".", loader: "js" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    write: false,
    logLevel: "error",
  });
  const header = "// Made from schemas/ by scripts/generate-validators.ts; not edited by hand.\n";
  const declarations = [
    header,
    `import type * as v0 from "@sandpipe/spec/v0";\n`,
    `import type * as v1 from "@sandpipe/spec/v1";\n`,
    `import type * as control from "@sandpipe/spec/control";\n`,
    `/** One fault: \`instancePath\` is a JSON pointer to the value that is wrong. */\n`,
    `export interface ValidationFault { instancePath: string; keyword: string; message?: string; params: Record<string, unknown> }\n`,
    `/** Says whether a value is a T; after false, \`errors\` tells why. */\n`,
    `export interface Validator<T> { (value: unknown): value is T; errors?: ValidationFault[] | null }\n`,
    ...types.map((type) => `export const ${exportOf(type)}: Validator<${type.replace("/", ".")}>;\n`),
  ];
  const used = declarations.filter((line) => {
    const imported = /^import type \* as (\w+)/.exec(line)?.[1];
    return imported === undefined || types.some((type) => type.startsWith(`${imported}/`));
  });
  mkdirSync(join(folder, "generated"), { recursive: true });
  writeFileSync(join(folder, "generated", "validators.js"), header + (outputFiles[0]?.text ?? ""));
  writeFileSync(join(folder, "generated", "validators.d.ts"), used.join(""));
}

// What the host's own OpenRPC document begins with.
const openrpc = readFileSync(join("schemas", "v1", "openrpc.json"), "utf8");
const openrpcHeader =
  "// Made from schemas/v1/openrpc.json by scripts/generate-validators.ts; not edited by hand.\n";
writeFileSync(
  join("reference-host", "generated", "openrpc.js"),
  `${openrpcHeader}export const openrpc = ${openrpc.trim()};\n`,
);
writeFileSync(
  join("reference-host", "generated", "openrpc.d.ts"),
  `${openrpcHeader}interface Members { readonly [member: string]: unknown }
/** The protocol's own document. */
export const openrpc: {
  readonly openrpc: string;
  readonly info: Members & { readonly title: string; readonly version: string };
  readonly methods: readonly (Members & { readonly name: string })[];
  readonly components: { readonly schemas: Readonly<Record<string, Members>>; readonly errors: Members };
};
`,
);
