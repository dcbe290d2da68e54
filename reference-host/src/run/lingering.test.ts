import { describe, expect, test } from "vitest";
import { runProbe } from "./probe-run.js";

/** Keeps the process alive after its result, as a forgotten timer or socket does. */
const stay = `
  await open();
  await result("done");
  process.stdin.resume();
  process.stdin.ref();
  setInterval(() => undefined, 1_000);
`;

describe("a process that goes on after its acknowledged result", () => {
  test("is told to close graceMs later, and is ok when it heeds that", async () => {
    const report = await runProbe(`
      process.stdin.on("end", () => process.exit(frames.at(-1).method === "session.close" ? 0 : 9));
      ${stay}
    `);
    expect(report).toMatchObject({ outcome: "ok", exit: { code: 0 }, result: "done", phase: "result" });
  });

  test("is killed when it doesn't, and its result is in the report all the same", async () => {
    const report = await runProbe(`process.on("SIGTERM", () => raw("no")); ${stay}`);
    expect(report).toMatchObject({
      outcome: "killed",
      exit: { signal: "SIGKILL" },
      result: "done",
      error: { name: "lingered" },
      out: "no",
    });
  });

  test("has failed when its result said so, however it ended", async () => {
    const report = await runProbe(`
      await open();
      await call("session.result", { ok: false, error: { name: "TypeError", message: "no x" } });
      setInterval(() => undefined, 1_000);
    `);
    expect(report).toMatchObject({ outcome: "failed", error: { name: "TypeError" } });
  });

  test("may print until it ends by itself", async () => {
    const report = await runProbe(`
      await open();
      await result(1);
      raw("first"); setTimeout(() => { raw(" last"); process.exit(0); }, 50);
    `);
    expect(report).toMatchObject({ outcome: "ok", out: "first last" });
  });
});
