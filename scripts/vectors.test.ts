import { readFileSync, readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { VERSIONS } from "./versions.js";

interface Vector {
  readonly id: string;
  readonly valid?: boolean;
  readonly refused?: unknown;
  readonly requirements?: readonly string[];
  readonly flags?: readonly string[];
}

const root = resolve(import.meta.dirname, "../conformance/vectors");
const schema = JSON.parse(readFileSync(join(root, "schema.json"), "utf8")) as object;
const readme = readFileSync(join(root, "README.md"), "utf8");
const files = [root, resolve(import.meta.dirname, "../spec/fixtures")]
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  )
  .filter((path) => path.endsWith(".json") && !path.endsWith("schema.json"))
  .map((path) => ({
    path,
    file: JSON.parse(readFileSync(path, "utf8")) as { protocol: 0 | 1; kind: string; vectors: Vector[] },
  }));

function vectorsOf(protocol: 0 | 1, kind?: string): Vector[] {
  return files
    .filter(
      ({ path, file }) => path.startsWith(join(root, `v${protocol}`)) && (kind ?? file.kind) === file.kind,
    )
    .flatMap(({ file }) => file.vectors);
}

test.each(files.map(({ path, file }) => [relative(resolve(import.meta.dirname, ".."), path), file] as const))(
  "%s is as the vectors' schema says",
  (_, file) => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    ajv.validate(schema, file);
    expect(ajv.errors ?? []).toEqual([]);
  },
);

test("ids are unique within a version", () => {
  for (const protocol of [0, 1] as const) {
    const ids = vectorsOf(protocol).map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  }
});

describe.each(VERSIONS)("$name", ({ name, rows }) => {
  const protocol = name === "v0" ? 0 : 1;

  test("vectors cite requirements that exist", () => {
    const ids = new Set(rows.map(({ id }) => id));
    for (const vector of vectorsOf(protocol))
      for (const id of vector.requirements ?? []) expect(ids, `${vector.id} cites ${id}`).toContain(id);
  });

  test("an invalid value says what its receiver does with it", () => {
    const invalid = vectorsOf(protocol, "frames").filter(({ valid }) => valid === false);
    expect(invalid.length).toBeGreaterThan(0);
    expect(invalid.filter(({ refused }) => refused === undefined)).toEqual([]);
  });

  test("there are as many as the README says", () => {
    const kinds = protocol === 1 ? ["streams", "frames", "sessions", "http"] : [];
    for (const kind of kinds) {
      const count = vectorsOf(protocol, kind).length.toLocaleString("en-GB");
      expect(readme).toMatch(new RegExp(`\`v1/${kind}\`.*\\| +${count} +\\|`));
    }
    if (protocol === 0)
      expect(readme).toContain(
        `${vectorsOf(0, "streams").length} streams, ${vectorsOf(0, "frames").length} values, ${vectorsOf(0, "sessions").length} sessions`,
      );
  });
});

test("the README explains every flag, and none that no vector has", () => {
  const section = readme.slice(readme.indexOf("## Flags"), readme.indexOf("## A decoder program"));
  const explained = [...section.matchAll(/^\| (`[^|]*) \|/gm)].flatMap((row) =>
    [...(row[1] ?? "").matchAll(/`([^`]+)`/g)].map((flag) => flag[1]),
  );
  const used = new Set(files.flatMap(({ file }) => file.vectors.flatMap(({ flags = [] }) => flags)));
  expect([...used].toSorted()).toEqual(explained.toSorted());
});
