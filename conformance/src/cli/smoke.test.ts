import { tmpdir } from "node:os";
import { describe, expect, test } from "vitest";
import { selfCommand } from "../mutants/judge-mutant.js";
import { runSandpipe } from "./run-cli-for-test.js";

const smoke = (role: "host" | "sandbox", protocol: string, ...faults: readonly string[]) =>
  runSandpipe(tmpdir(), [
    ...["smoke", role, "--protocol", protocol, "--timeout-scale", faults.length > 0 ? "0.5" : "4"],
    ...["--", ...selfCommand(role, faults)],
  ]);

describe("a smoke test", () => {
  test.each([
    ["host", "0"],
    ["host", "1"],
    ["sandbox", "0"],
    ["sandbox", "1"],
  ] as const)("finds the kit's own %s wired up by version %s", async (role, protocol) => {
    const { code, out } = await smoke(role, protocol);
    expect(out).not.toContain("✗");
    expect(out).toContain(
      `Next: npx sandpipe test ${role}${protocol === "0" ? " --protocol 0" : ""} -- ${selfCommand(role)[0]}`,
    );
    expect(code).toBe(0);
  });

  test.each([
    ["host", "v0-pretty-answers", "✗ conformance.echo returns its params"],
    ["sandbox", "v0-prints-after-result", "✗ the script's return value arrives as the last line of stdout"],
  ] as const)("by version 0 tells what is wrong with a %s: %s", async (role, fault, said) => {
    const { code, out } = await smoke(role, "0", fault);
    expect(out).toContain(said);
    expect(code).toBe(1);
  });
});
