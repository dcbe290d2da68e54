import { describe, expect, test } from "vitest";
import { VERSIONS } from "../versions.js";
import { codeLines } from "./code-lines.js";

const REFERENCES = { host: "reference-host", sandbox: "reference-sandbox" } as const;

describe.each(VERSIONS)("the requirements of $name", ({ rows }) => {
  test.each(["host", "sandbox"] as const)(
    "each MUST of a %s is named where its reference keeps it",
    (role) => {
      const musts = rows.filter((row) => row.role === role && row.level === "MUST").map(({ id }) => id);
      const named = codeLines(REFERENCES[role], new Set(musts));
      expect(musts.filter((id) => !named.has(id))).toEqual([]);
    },
  );
});

test("what a test, a build or a package names is no proof", () => {
  const [id = ""] = VERSIONS[1]?.rows.map((row) => row.id) ?? [];
  const files = [...codeLines("reference-host", new Set([id])).values()].flat().map(({ file }) => file);
  expect(files.filter((file) => /dist|node_modules|\.test\./.test(file))).toEqual([]);
});
