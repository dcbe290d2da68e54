import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const BIN = at("../../bin/sandpipe.mjs");
const SANDBOX = [at("../../bin/sandpipe-self-sandbox"), at("./fixtures/script.mjs")];
const HOST = [process.execPath, at("./fixtures/small-host.mjs")];

function trace(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [BIN, "trace", ...args], { maxBuffer: 2 ** 26 }, (error, out, err) =>
      done({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

/** Lines of a trace without their times. */
function shown(err: string): string[] {
  return err.split("\n").map((line) => line.replace(/^ *[\d.]+ {2}/, ""));
}

describe("a trace", { timeout: 30_000 }, () => {
  test("shows each frame in its order, and leaves the host's output and exit code alone", async () => {
    const { code, out, err } = await trace("--", ...HOST, "{tap}", ...SANDBOX);
    const direct = `å😀 printed\n${JSON.stringify({ ok: true, value: "x".repeat(300_000) })}\n`;
    expect({ code, same: out === direct }).toEqual({ code: 3, same: true });
    const frames = shown(err).filter((line) => line.includes("␞"));
    expect(frames.map((line) => [line.split("  ")[0], /"method":"([^"]*)"/.exec(line)?.[1]])).toEqual([
      ["sandbox → host", "session.open"],
      ["host → sandbox", undefined],
      ["sandbox → host", "session.output"],
      ["sandbox → host", "session.result"],
      ["host → sandbox", undefined],
    ]);
    expect(shown(err)).toContain("·               the sandbox exits with 0");
  });

  test("shortens a long payload and tells its size, or shows it whole", async () => {
    const short = await trace("--", ...HOST, "{tap}", ...SANDBOX);
    const full = await trace("--full", "--", ...HOST, "{tap}", ...SANDBOX);
    const result = ({ err }: { err: string }): string =>
      shown(err).find((line) => line.includes('"session.result"')) ?? "";
    expect(result(short)).toMatch(/ … 300,\d{3} bytes … /);
    expect(result(full)).toContain("x".repeat(300_000));
  });

  test("blacks out a password", async () => {
    const { err } = await trace("--full", "--", ...HOST, "{tap}", ...SANDBOX);
    expect(err).toContain('"kind":"postgres"');
    expect(err).not.toContain("a-long-password");
  });

  test("says so when no sandbox came through the tap", async () => {
    const { code, err } = await trace("--", ...HOST, ...SANDBOX);
    expect(code).toBe(3);
    expect(err).toContain("put {tap} before the sandbox's command");
  });

  test("of a host that isn't there is exit 69, without a command 64", async () => {
    expect(await trace("--", "/nonexistent/host")).toMatchObject({ code: 69, out: "" });
    expect(await trace()).toMatchObject({ code: 64, out: "" });
  });
});
