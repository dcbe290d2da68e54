import { describe, expect, test } from "vitest";
import { LIMITS, error, holdSession, settled } from "./hand-held-session.js";

describe("opening", () => {
  test("answers with what holds, then serves; calls before it get session_not_open", () => {
    const { write, call, answers, OPEN, counts } = holdSession({ open: false });
    write(call(1, "count") + OPEN + call(2, "echo", { a: 1 }));
    expect(answers).toMatchObject([
      { id: 1, error: error(1001, "session_not_open") },
      {
        id: "open",
        result: {
          protocol: 1,
          session: { id: "s1", projectId: "p1" },
          limits: LIMITS,
          scratch: { path: "/scratch" },
          datasources: [],
          script: {},
          features: ["emit"],
        },
      },
      { id: 2, result: { a: 1 } },
    ]);
    expect(counts.count).toBe(0);
  });

  test("a version that isn't spoken gets 1002 with those that are, and leaves the session unopened", () => {
    const { write, call, answers, session } = holdSession({ open: false });
    write(call(1, "session.open", { protocol: 2 }) + call(2, "session.open", { protocol: 1 }));
    expect(answers).toMatchObject([
      { id: 1, error: { code: 1002, data: { kind: "unsupported_protocol", supported: [1] } } },
      { id: 2, error: error(-32602) },
    ]);
    expect(session.state).toBe("new");
  });

  test("a second open gets −32600", () => {
    const { write, answers, OPEN } = holdSession();
    write(OPEN);
    expect(answers).toMatchObject([{ id: "open", error: error(-32600) }]);
  });
});

describe("ids (R09, R12)", () => {
  test("eight ids that look alike are eight calls, each answered under its own", () => {
    const { write, call, answers, slow } = holdSession();
    const ids = ["8799aaa9-7ba9", 8799, "1e3", 1000, "007", "1", 1, "\u0001\u0000"];
    write(ids.map((id, at) => call(id, "slow", { name: String(at) })).join(""));
    ids.forEach((_, at) => slow.get(String(at))?.resolve(at));
    return settled().then(() => expect(answers).toMatchObject(ids.map((id, at) => ({ id, result: at }))));
  });

  test("a second request under an id in flight is refused with id null and not run; afterwards it is served", async () => {
    const { write, call, answers, slow, counts } = holdSession();
    write(call("d", "slow", { name: "d" }) + call("d", "count"));
    expect(answers).toMatchObject([
      { id: null, error: { code: 1009, data: { kind: "duplicate_id", id: "d" } } },
    ]);
    expect(counts.count).toBe(0);
    slow.get("d")?.resolve("done");
    await settled();
    write(call("d", "count"));
    expect(answers.slice(1)).toMatchObject([
      { id: "d", result: "done" },
      { id: "d", result: 1 },
    ]);
  });

  test("open, result and an invalid request under an id in flight are refused so as well", () => {
    const { write, call, frame, answers, session } = holdSession();
    write(call("d", "slow", { name: "d" }) + call("d", "session.result", { ok: true, value: 1 }));
    write(frame({ id: "d", method: 7 }) + frame({ id: "d", method: "echo", params: [] }));
    expect(answers).toMatchObject([
      { id: null, error: { code: 1009, data: { id: "d" } } },
      { id: null, error: { code: -32600, data: { id: "d" } } },
      { id: null, error: { code: -32600, data: { id: "d" } } },
    ]);
    expect(session.state).toBe("open");
  });

  test("an id stays in flight until its response is handed to the pipe", () => {
    const { write, call, answers, channel, handed } = holdSession();
    channel.blocked = true;
    write(call(1, "echo") + call(1, "echo"));
    expect(answers).toMatchObject([
      { id: 1, result: {} },
      { id: null, error: error(1009) },
    ]);
    channel.blocked = false;
    for (const done of handed) done();
    write(call(1, "echo"));
    expect(answers.at(-1)).toMatchObject({ id: 1, result: {} });
  });
});

describe("the order of faults", () => {
  test("is envelope, duplicate, open, whitelist, busy, params", () => {
    const { write, call, frame, answers } = holdSession();
    const fill = Array.from({ length: 8 }, (_, at) => call(at, "slow", { name: String(at) })).join("");
    write(fill);
    write(frame({ jsonrpc: "1.0", id: 0, method: "nope" }));
    write(call(0, "nope"));
    write(call("a", "nope"));
    write(call("b", "picky"));
    expect(answers).toMatchObject([
      { id: null, error: error(-32600) },
      { id: null, error: error(1009) },
      { id: "a", error: error(-32601) },
      { id: "b", error: error(1006, "busy") },
    ]);
    write(frame({ method: "session.cancel", params: { id: 0 } }) + call("c", "picky"));
    expect(answers.slice(4)).toMatchObject([
      { id: 0, error: error(1007, "cancelled") },
      { id: "c", error: error(-32602) },
    ]);
  });

  test.each(["__proto__", "constructor", "toString", "Echo", "echo ", "session.nope", "rpc.x", ""])(
    "the name %j is unknown, and params don't matter",
    (name) => {
      const { write, call, answers } = holdSession();
      write(call(1, name, { x: 1 }));
      expect(answers).toMatchObject([{ id: 1, error: error(-32601) }]);
    },
  );
});

describe("answers", () => {
  test("a method's own error crosses as it is; an unexpected one says nothing of itself, and the session goes on", () => {
    const { write, call, answers, failures } = holdSession();
    write(call(1, "fail") + call(2, "throw") + call(3, "bigint") + call(4, "echo"));
    expect(answers).toMatchObject([
      { id: 1, error: { code: 2_001, message: "no such colour", data: { colour: "blue" } } },
      { id: 2, error: error(-32603) },
      { id: 3, error: error(-32603) },
      { id: 4, result: {} },
    ]);
    expect(JSON.stringify(answers)).not.toMatch(/secret|host\.db|BigInt/);
    expect(failures).toHaveLength(2);
  });

  test("a response over maxFrameBytes becomes limit_exceeded under its id", () => {
    const { write, call, answers } = holdSession();
    write(call("x", "big"));
    expect(answers).toMatchObject([{ id: "x", error: error(1005, "limit_exceeded") }]);
  });

  test("a fast call overtakes a slow one (R17)", () => {
    const { write, call, answers } = holdSession();
    write(call(1, "slow", { name: "1" }) + call(2, "echo"));
    expect(answers).toMatchObject([{ id: 2 }]);
  });

  test("answers and notifications are never answered", () => {
    const { write, frame, answers, session, counts } = holdSession();
    write(
      frame({ id: 1, result: 1 }) +
        frame({ id: null, error: {} }) +
        frame({ method: "count" }) +
        frame({ method: "nope" }),
    );
    expect(answers).toEqual([]);
    expect(counts.count).toBe(0);
    expect(session.account.violationCount).toBe(4);
  });
});

describe("cancel and deadline (R13)", () => {
  test("one response, at once, from a handler that heeds nothing; a late result is dropped", async () => {
    const { write, call, frame, answers, slow, started } = holdSession();
    write(call(1, "slow", { name: "1" }) + frame({ method: "session.cancel", params: { id: 1 } }));
    expect(answers).toMatchObject([{ id: 1, error: error(1007, "cancelled") }]);
    expect(started).toEqual(["1", "1 aborted"]);
    slow.get("1")?.resolve("late");
    await settled();
    write(
      frame({ method: "session.cancel", params: { id: 1 } }) +
        frame({ method: "session.cancel", params: { id: "1" } }),
    );
    expect(answers).toHaveLength(1);
  });

  test('a cancel of 1 leaves "1" alone', () => {
    const { write, call, frame, answers } = holdSession();
    write(call("1", "slow", { name: "a" }) + frame({ method: "session.cancel", params: { id: 1 } }));
    expect(answers).toEqual([]);
  });

  test("each call has callTimeoutMs of its own", () => {
    const { write, call, answers, advance } = holdSession();
    write(call(1, "slow", { name: "1" }));
    advance(600);
    write(call(2, "slow", { name: "2" }));
    advance(400);
    expect(answers).toMatchObject([{ id: 1, error: error(1008, "deadline_exceeded") }]);
    advance(599);
    expect(answers).toHaveLength(1);
    advance(1);
    expect(answers).toMatchObject([{ id: 1 }, { id: 2, error: error(1008) }]);
  });
});

describe("flow", () => {
  test("while responses wait no call is started; all are once there is room, and a cancelled one never is", () => {
    const { write, call, frame, answers, channel, session, counts } = holdSession();
    channel.congested = true;
    write(call(1, "count") + call(2, "count") + call(3, "count"));
    expect([counts.count, answers]).toEqual([0, []]);
    write(frame({ method: "session.cancel", params: { id: 2 } }));
    expect(answers).toMatchObject([{ id: 2, error: error(1007) }]);
    channel.congested = false;
    session.resume();
    expect(answers.slice(1)).toMatchObject([
      { id: 1, result: 1 },
      { id: 3, result: 2 },
    ]);
  });
});

describe("the result", () => {
  test("is acknowledged once; what was in flight is cancelled first, what comes after is refused, prints are kept", () => {
    const { write, call, frame, answers, session } = holdSession();
    write(call(1, "slow", { name: "1" }) + call("r", "session.result", { ok: true, value: [1] }));
    write(call("r2", "session.result", { ok: true, value: 2 }) + call(2, "count"));
    write(frame({ method: "session.output", params: { stream: "stdout", text: "bye" } }));
    write(frame({ method: "session.emit", params: { name: "late", data: {} } }));
    expect(answers).toMatchObject([
      { id: 1, error: error(1007) },
      { id: "r", result: {} },
      { id: "r2", error: error(-32600) },
      { id: 2, error: error(1001) },
    ]);
    expect(session.outcome).toEqual({ ok: true, value: [1] });
    expect(session.account.output.count).toBe(3);
    expect(session.account.emits).toHaveLength(1);
  });

  test("a malformed one is refused and may be sent again", () => {
    const { write, call, answers, session } = holdSession();
    write(call(1, "session.result", { ok: false }) + call(2, "session.result", { ok: true, value: null }));
    expect(answers).toMatchObject([
      { id: 1, error: error(-32602) },
      { id: 2, result: {} },
    ]);
    expect(session.state).toBe("finished");
  });
});
