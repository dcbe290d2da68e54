import { describe, expect, test } from "vitest";
import { error, holdSession, settled } from "./hand-held-session.js";

describe("violations", () => {
  test("R06: what is no object is answered once each with id null, kept as output, and the session goes on", () => {
    const { write, call, answers, session } = holdSession();
    const bad = ["null", "42", '"x"', "[]", ""].map((text) => `\u001e${text}\n`).join("");
    write(bad + call(1, "echo"));
    expect(answers).toMatchObject([
      ...Array.from({ length: 5 }, () => ({ id: null, error: error(-32700) })),
      { id: 1 },
    ]);
    expect(Buffer.from(session.account.output.toBase64(), "base64").toString()).toBe(bad);
    expect(session.account.violationCount).toBe(5);
  });

  test("of 100,000 the first 100 are listed and answered, and all are counted", () => {
    const { write, answers, session } = holdSession();
    write("\u001e!\n".repeat(100_000));
    expect(answers).toHaveLength(100);
    expect(session.account.violations).toHaveLength(100);
    expect(session.account).toMatchObject({ violationCount: 100_000 });
    expect(session.account.output.count).toBe(300_000);
  });

  test("a JSON text sequence of the script's own is output and not answered", () => {
    const { write, answers, session } = holdSession();
    write('\u001e{"method":"count"}\n');
    expect(answers).toEqual([]);
    expect(session.account.violations).toMatchObject([{ requirement: "frame:violation:no-jsonrpc" }]);
  });
});

describe("prints and emits", () => {
  test("raw and captured output are one sequence, stderr is apart, and both kinds of content add their bytes", () => {
    const { write, frame, session } = holdSession({ open: false });
    const print = (params: object): string => frame({ method: "session.output", params });
    write(`a${print({ stream: "stdout", text: "bé" })}c${print({ stream: "stderr", text: "e" })}`);
    write(print({ stream: "stdout", base64: "/wA=" }));
    expect(Buffer.from(session.account.output.toBase64(), "base64")).toEqual(
      Buffer.concat([Buffer.from("abéc"), Buffer.of(0xff, 0)]),
    );
    expect(session.account.stderr.count).toBe(1);
    expect(session.account.violationCount).toBe(0);
  });

  test.each([
    { stream: "stdout" },
    { stream: "stdout", text: "a", base64: "YQ==" },
    { stream: "stdout", base64: "Y" },
    { stream: "stdin", text: "a" },
  ])("a malformed one, %j, is dropped and counted", (params) => {
    const { write, frame, session, answers } = holdSession();
    write(frame({ method: "session.output", params }));
    expect(session.account).toMatchObject({ violationCount: 1, output: { count: 0 } });
    expect(answers).toEqual([]);
  });

  test("the same id replaces an emit in its place, and emits share maxOutputBytes with output", () => {
    const { write, frame, session } = holdSession();
    const emit = (params: object): string => frame({ method: "session.emit", params });
    write(
      emit({ id: "a", name: "1", data: {} }) +
        emit({ name: "2", data: {} }) +
        emit({ id: "a", name: "3", data: {} }),
    );
    expect(session.account.emits.map(({ name }) => name)).toEqual(["3", "2"]);
    write(emit({ id: "a", name: "huge", data: { "text/plain": "x".repeat(1_000) } }));
    expect(session.account.emits.map(({ name }) => name)).toEqual(["3", "2"]);
    expect(session.account.emitsDropped).toBe(true);
    write("y".repeat(1_000));
    expect(session.account.output).toMatchObject({ count: 1_000, truncated: true });
  });
});

describe("effects", () => {
  test("tell what became of calls that are not idempotent: done, failed, or unknown", async () => {
    const { write, call, frame, session, slow } = holdSession();
    write(call("n", "count") + call("w", "write", { name: "w" }) + call("f", "write", { name: "f" }));
    write(call("u", "write", { name: "u" }) + frame({ method: "session.cancel", params: { id: "u" } }));
    slow.get("w")?.resolve(1);
    slow.get("f")?.reject(new Error("full"));
    await settled();
    expect(session.account.effects).toEqual([
      { id: "n", method: "count", state: "done" },
      { id: "w", method: "write", state: "done" },
      { id: "f", method: "write", state: "failed" },
      { id: "u", method: "write", state: "unknown" },
    ]);
  });
});

test("after the end nothing is answered, and handlers are told to stop", async () => {
  const { write, call, answers, session, slow, started } = holdSession();
  write(call(1, "slow", { name: "1" }));
  session.end();
  slow.get("1")?.resolve(1);
  await settled();
  expect(answers).toEqual([]);
  expect(started).toEqual(["1", "1 aborted"]);
});
