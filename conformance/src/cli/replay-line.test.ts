import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { selfCommand } from "../mutants/judge-mutant.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const self = (role: string, fault: string): string =>
  `npx --no-install sandpipe self ${role} --fault ${fault}${role === "sandbox" ? " {script}" : ""}`;

/** A pair of the kit's own host, with a fault, and sandbox. */
const pair = (fault: string): string =>
  [...selfCommand("host", [fault]), "----", ...selfCommand("sandbox")].join(" ");

/** What was expected and what came, as a failure's text says it; how long was waited depends on the machine. */
const factsOf = (text: string): readonly string[] =>
  (text.match(/^ {4}(expected|actual) .*$/gm) ?? []).map((line) =>
    line.replace(/within \d+ ms/, "within N ms"),
  );

// R54
describe("the line that a failure prints", { timeout: 240_000 }, () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sandpipe-test-"));
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const shell = (line: string) => spawnSync("sh", ["-c", line], { cwd: folder, encoding: "utf8" });

  test.each([
    ["host", "method:whitelist:exact", self("host", "whitelist-ignores-case")],
    // Only whole sessions find it.
    ["host", "call:duplicate:finished-served", self("host", "cancelled-id-goes-silent")],
    // Words that a shell would take apart.
    ["host", "call:id:echo-type", `sh -c '${self("host", "ids-as-text")} "$@"' 'a word'`],
    ["sandbox", "call:result:null-is-success", self("sandbox", "null-result-fails")],
    ["both", "both:result:handed-over", pair("result-as-text")],
    ["both", "both:http:own-result", pair("http-error-status")],
  ])("shows the same failure in a shell: %s, %s", (role, id, command) => {
    const flags = `--only ${id} --seed 1 --save none --timeout-scale 0.5`;
    const first = shell(`npx --no-install sandpipe test ${role} ${flags} -- ${command}`);
    expect(first.status, first.stdout + first.stderr).toBe(1);
    const line = /^ {2}Replay: +(.*)$/m.exec(first.stdout)?.[1];
    expect(line).toBeDefined();
    const again = shell(line as string);
    expect(again.status, again.stdout + again.stderr).toBe(1);
    expect(again.stdout).toContain(`failing  ${id}`);
    expect(factsOf(first.stdout).length).toBeGreaterThan(0);
    expect(factsOf(again.stdout)).toEqual(factsOf(first.stdout));
  });
});
