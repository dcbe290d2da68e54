import { describe, expect, test } from "vitest";
import { createDemultiplexer } from "../bytes/demultiplexer.js";
import type { Exchange } from "./channel.js";
import { holdSession } from "./hand-held-session.js";

/** A session that both transports reach, each with its answers. */
function holdBoth(options: Parameters<typeof holdSession>[0]) {
  const held = holdSession(options);
  const posted: { status: number; body: Record<string, unknown> | undefined }[] = [];
  const exchange: Exchange = {
    transport: "http",
    congested: false,
    send: (json) => posted.push({ status: 200, body: JSON.parse(json) as Record<string, unknown> }) > 0,
    accept: () => void posted.push({ status: 202, body: undefined }),
    reject: (json) => void posted.push({ status: 400, body: JSON.parse(json) as Record<string, unknown> }),
  };
  const post = (frame: object): { status: number; body: Record<string, unknown> | undefined } | undefined => {
    const before = posted.length;
    held.session.receivePost(Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...frame })), exchange);
    return posted[before];
  };
  const params = { protocol: 1, runtime: { name: "t", version: "0" }, features: [] };
  const output = (): string => Buffer.from(held.session.account.output.toBase64(), "base64").toString();
  return { ...held, post, output, httpOpen: (id: string) => post({ id, method: "session.open", params }) };
}

const ok = (id: string): object => ({ status: 200, body: { id, result: { session: { id: "s1" } } } });

describe("the latch", () => {
  test("an open over HTTP leads to the session that stdio opened, while nothing was called there", () => {
    const { httpOpen, session, write, call, answers, output, post } = holdBoth({ open: true });
    expect(session.transport).toBe("stdio");
    expect(post({ id: 1, method: "count" })).toMatchObject({ body: { error: { code: 1001 } } });
    expect(httpOpen("o2")).toMatchObject(ok("o2"));
    expect(session.transport).toBe("http");
    expect(post({ id: 1, method: "count" })).toMatchObject({ body: { result: 1 } });
    expect(httpOpen("o3")).toMatchObject({ status: 200, body: { id: "o3", error: { code: -32600 } } });
    write(call("late", "count"));
    expect(answers).toEqual([]);
    expect(output()).toBe(call("late", "count"));
    expect(session.account.violations).toMatchObject([{ requirement: "http:latch:stdio-records" }]);
    expect(post({ id: 2, method: "count" })).toMatchObject({ body: { result: 2 } });
  });

  test("a late open on stdio leaves no trace: no answer, no output, no violation, however often it comes", () => {
    const { httpOpen, session, write, OPEN, answers, output, call } = holdBoth({ open: false });
    expect(httpOpen("o1")).toMatchObject(ok("o1"));
    write(`a print\n${OPEN}${call("x", "session.open", { protocol: 9 })}another\n`);
    expect(answers).toEqual([]);
    expect(output()).toBe("a print\nanother\n");
    expect(session.account.violationCount).toBe(0);
  });

  test("every other record on stdio is a violation kept as output, in order with the prints, and never answered", () => {
    const { httpOpen, session, write, answers, output, frame, counts } = holdBoth({ open: false });
    httpOpen("o1");
    const records = [
      frame({ id: 1, method: "count" }),
      frame({ method: "session.output", params: { stream: "stdout", text: "x" } }),
      frame({ id: 1, result: 1 }),
      "\u001enonsense\n",
      "\u001e{}\n",
      "\u001e\n",
      "\u001e{\u001e[]\n",
    ];
    write(records.join("print\n"));
    expect(answers).toEqual([]);
    expect(counts.count).toBe(0);
    expect(output()).toBe(records.join("print\n"));
    expect(session.account.violationCount).toBe(8);
    const oversized = createDemultiplexer(10).push(Buffer.from(`\u001e${"x".repeat(11)}\n`));
    session.receive(oversized);
    expect(session.account).toMatchObject({ violationCount: 9, skippedBytes: 11 });
  });

  test("the open and what follows it in one read: what stands before the latch counts, what stands behind doesn't", () => {
    const { session, write, OPEN, call, httpOpen, answers } = holdBoth({ open: false });
    write(OPEN);
    httpOpen("o1");
    write(call(1, "count"));
    expect(answers).toMatchObject([{ id: "open", result: {} }]);
    expect(session.account.violationCount).toBe(1);
  });

  test.each([
    ["a call", (one: ReturnType<typeof holdBoth>) => one.call(1, "count")],
    ["a call still running", (one: ReturnType<typeof holdBoth>) => one.call(1, "slow", { name: "s" })],
    ["a result", (one: ReturnType<typeof holdBoth>) => one.call(1, "session.result", { ok: true, value: 1 })],
  ])("after %s on stdio an open over HTTP is refused, and stdio goes on", (_, first) => {
    const both = holdBoth({ open: true });
    both.write(first(both));
    expect(both.httpOpen("o2")).toMatchObject({ status: 200, body: { id: "o2", error: { code: -32600 } } });
    expect(both.session.transport).toBe("stdio");
    expect(both.post({ id: 9, method: "echo" })).toMatchObject({ body: { error: { code: 1001 } } });
  });

  test.each([
    ["an unknown method", (one: ReturnType<typeof holdBoth>) => one.call(1, "nothing")],
    ["bad params", (one: ReturnType<typeof holdBoth>) => one.call(1, "picky")],
    ["a malformed record", () => "\u001e!\n"],
    [
      "a notification",
      (one: ReturnType<typeof holdBoth>) => one.frame({ method: "session.progress", params: {} }),
    ],
  ])("%s on stdio was no accepted request: an open over HTTP is", (_, first) => {
    const both = holdBoth({ open: true });
    both.write(first(both));
    expect(both.httpOpen("o2")).toMatchObject(ok("o2"));
  });

  test("a refused open latches nothing", () => {
    const { post, session, write, OPEN, answers } = holdBoth({ open: false });
    const params = { protocol: 7, runtime: { name: "t", version: "0" }, features: [] };
    expect(post({ id: "o", method: "session.open", params })).toMatchObject({
      body: { error: { code: 1002 } },
    });
    expect(session.transport).toBeUndefined();
    write(OPEN);
    expect(answers).toMatchObject([{ id: "open", result: {} }]);
    expect(session.transport).toBe("stdio");
  });
});
