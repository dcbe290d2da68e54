import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { COMMAND } from "../testing/start-sandbox.js";

const ROOT = resolve(import.meta.dirname, "../../..");
const DOCUMENT = {
  openrpc: "1.3.2",
  info: { title: "wall", version: "2.0.0" },
  methods: [
    {
      name: "wall.paint",
      summary: "Paints a wall.",
      params: [
        { name: "colour", required: true, schema: { enum: ["red", "blue"] } },
        { name: "coats", description: "Default 1.", schema: { type: "integer" } },
      ],
      result: { name: "Painted", schema: { $ref: "#/components/schemas/Painted" } },
    },
    {
      name: "wall.list",
      params: [],
      result: { name: "List", schema: { type: "array", items: { $ref: "#/components/schemas/Painted" } } },
    },
    { name: "files.list", params: [], result: { name: "X", schema: {} } },
    { name: "session.open", params: [], result: { name: "X", schema: {} } },
  ],
  components: {
    schemas: {
      Painted: { type: "object", properties: { litres: { type: "number" } }, required: ["litres"] },
      Unused: { type: "object", properties: { secret: { type: "string" } } },
    },
  },
};

/** A project of a user's, with the package where npm puts it. */
function project(): string {
  const folder = mkdtempSync(join(tmpdir(), "sandpipe-types-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "node_modules/@sandpipe"), { recursive: true });
  for (const [name, at] of [
    ["sandbox", "reference-sandbox"],
    ["spec", "spec"],
  ] as const)
    symlinkSync(join(ROOT, at), join(folder, "node_modules/@sandpipe", name));
  symlinkSync(join(ROOT, "node_modules/@types"), join(folder, "node_modules/@types"));
  writeFileSync(join(folder, "package.json"), '{"type": "module"}');
  return folder;
}

function compile(folder: string, ...files: string[]): string {
  const options = [
    "--noEmit",
    "--strict",
    "--module",
    "nodenext",
    "--target",
    "es2024",
    "--types",
    "node",
    "--exactOptionalPropertyTypes",
    // The declarations of the packages are checked where they are built.
    "--skipLibCheck",
  ];
  const { stdout } = spawnSync(join(ROOT, "node_modules/.bin/tsc"), [...options, ...files], {
    cwd: folder,
    encoding: "utf8",
  });
  return stdout;
}

test("the declaration makes ctx.call know the host's own methods, and refuse what they don't take", () => {
  const folder = project();
  const written = execFileSync(COMMAND, ["types"], { input: JSON.stringify(DOCUMENT), encoding: "utf8" });
  expect(written).toContain("Paints a wall.");
  expect(written).not.toMatch(/secret|session\.open|files\.list/);
  writeFileSync(join(folder, "host.d.ts"), written);
  writeFileSync(
    join(folder, "right.ts"),
    `import type { Context } from "@sandpipe/sandbox";
     export default async (ctx: Context): Promise<number> => {
       const { litres } = await ctx.call("wall.paint", { colour: "red", coats: 2 });
       const [first] = await ctx.call("wall.list", {});
       const { files } = await ctx.call("files.list", { limit: 1 });
       return litres + (first?.litres ?? 0) + files.length;
     };`,
  );
  writeFileSync(
    join(folder, "wrong.ts"),
    `import type { Context } from "@sandpipe/sandbox";
     export default async (ctx: Context): Promise<string> => (await ctx.call("wall.paint", { colour: "red" })).litres;`,
  );
  const told = compile(folder, "right.ts", "wrong.ts", "host.d.ts").trim().split("\n");
  expect(told).toEqual([
    expect.stringMatching(/^wrong\.ts.*Type 'number' is not assignable to type 'string'/),
  ]);
});

test("the contract's own document needs no declaration, and what is none is refused with what is missing", () => {
  const path = join(ROOT, "schemas/v1/openrpc.json");
  expect(execFileSync(COMMAND, ["types", path], { encoding: "utf8" })).not.toContain("files.read");
  for (const [text, reason] of [
    ["{", "no JSON"],
    ["{}", "no methods"],
    ['{"methods":[{"params":[]}]}', "methods[0]"],
    ['{"methods":[{"name":"a"}]}', "method a"],
  ] as const) {
    const { status, stderr, stdout } = spawnSync(COMMAND, ["types", "-"], { input: text, encoding: "utf8" });
    expect({ status, stdout }).toEqual({ status: 64, stdout: "" });
    expect(stderr).toContain(reason);
  }
});

test("every example in the documentation of ctx compiles", async () => {
  const { readFileSync } = await import("node:fs");
  const sources = ["context", "files", "duckdb"].map((name) =>
    readFileSync(join(import.meta.dirname, `../context/${name}.ts`), "utf8"),
  );
  const examples = sources.flatMap((source) =>
    [...source.matchAll(/@example\n((?:\s*\* .*\n)+?)\s*\*\//g)].map(([, lines = ""]) =>
      lines.replace(/^\s*\* /gm, ""),
    ),
  );
  expect(examples.length).toBeGreaterThan(8);
  const folder = project();
  const files = examples.map((example, index) => {
    const name = `example-${index}.ts`;
    const source = `import type { Context } from "@sandpipe/sandbox";\nexport default async (ctx: Context): Promise<void> => {\n${example}\n};\n`;
    writeFileSync(join(folder, name), source);
    return name;
  });
  expect(compile(folder, ...files)).toBe("");
});
