import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");

/** What each package may not import, in the ways that one might try. */
const BREACHES: readonly (readonly [file: string, imported: string])[] = [
  ["spec/v1/breach.ts", "@sandpipe/host"],
  ["viewer/src/breach.ts", "@sandpipe/host"],
  ["viewer/src/breach.ts", "../../conformance/src/wire/decode.js"],
  ["reference-host/src/breach.ts", "@sandpipe/sandbox"],
  ["reference-host/src/breach.ts", "@sandpipe/conformance"],
  ["reference-host/src/session/breach.ts", "../../../reference-sandbox/src/index.js"],
  ["reference-sandbox/src/breach.ts", "@sandpipe/host"],
  ["reference-sandbox/src/breach.ts", "../../conformance/src/index.js"],
  ["conformance/src/breach.ts", "@sandpipe/host"],
  ["conformance/src/checks/breach.ts", "@sandpipe/sandbox"],
  ["conformance/src/breach.ts", "../../reference-host/src/index.js"],
];

/** What they may. */
const ALLOWED: readonly (readonly [file: string, imported: string])[] = [
  ["reference-host/src/fine.ts", "@sandpipe/spec/v1"],
  ["reference-host/src/fine.ts", "@sandpipe/viewer"],
  ["reference-sandbox/src/fine.ts", "@sandpipe/spec/v1"],
  ["conformance/src/fine.ts", "@sandpipe/spec/control"],
];

describe("import walls", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sandpipe-walls-"));
    copyFileSync(join(root, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const lint = (file: string, imported: string): { status: number; text: string } => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `import { thing } from "${imported}";\nexport const other = thing;\n`);
    try {
      const text = execFileSync(join(root, "node_modules/.bin/oxlint"), ["--deny-warnings", file], {
        cwd: folder,
        encoding: "utf8",
      });
      return { status: 0, text };
    } catch (error) {
      const failed = error as { status: number; stdout: string };
      return { status: failed.status, text: failed.stdout };
    }
  };

  test.each(BREACHES)("%s importing %s fails the lint and says why", (file, imported) => {
    const { status, text } = lint(file, imported);
    expect(status).not.toBe(0);
    expect(text).toContain("no-restricted-imports");
  });

  test.each(ALLOWED)("%s importing %s passes", (file, imported) => {
    expect(lint(file, imported)).toMatchObject({ status: 0 });
  });
});
