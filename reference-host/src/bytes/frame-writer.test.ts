import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { createFrameWriter } from "./frame-writer.js";

/** A pipe whose reader takes a write only when told to. */
function slowPipe() {
  const writes: string[] = [];
  let release: (() => void) | undefined;
  let open = false;
  const pipe = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      writes.push(String(chunk));
      if (open) done();
      else release = done;
    },
  });
  return {
    pipe,
    writes,
    async read() {
      const done = release;
      release = undefined;
      done?.();
      await tick();
    },
    async readAll() {
      open = true;
      await this.read();
    },
  };
}

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const frame = (json: string): string => `\u001e${json}\n`;

describe("frame writer", () => {
  test("frames of one turn go out as one write, each whole", async () => {
    const { pipe, writes } = slowPipe();
    const writer = createFrameWriter(pipe, () => undefined);
    for (const json of ["1", "2", "3"]) expect(writer.send(json, "response")).toBe(true);
    await tick();
    expect(writes).toEqual([frame("1") + frame("2") + frame("3")]);
  });

  test("while the reader is slow frames wait, are counted by class and are handed over in order", async () => {
    const slow = slowPipe();
    let drained = 0;
    const writer = createFrameWriter(slow.pipe, () => drained++);
    writer.send("1", "response");
    await tick();
    const handed: string[] = [];
    expect(writer.send('"é"', "response", () => handed.push("é"))).toBe(false);
    expect(writer.send("3", "refusal", () => handed.push("3"))).toBe(false);
    expect(writer.waiting).toEqual({ response: 3 + 6, refusal: 3 });
    expect(handed).toEqual([]);
    await slow.read();
    expect(handed).toEqual(["é", "3"]);
    expect(drained).toBeGreaterThan(0);
    await slow.readAll();
    expect(slow.writes.join("")).toBe(frame("1") + frame('"é"') + frame("3"));
    expect(writer.waiting).toEqual({ response: 0, refusal: 0 });
  });

  test("a large backlog goes out in bounded writes and loses nothing", async () => {
    const slow = slowPipe();
    const writer = createFrameWriter(slow.pipe, () => undefined);
    const frames = Array.from({ length: 100 }, (_, at) => JSON.stringify(`${at}`.padEnd(20_000, "x")));
    for (const json of frames) {
      writer.send(json, "response");
      await tick();
    }
    await slow.readAll();
    await tick();
    expect(slow.writes.join("")).toBe(frames.map(frame).join(""));
    expect(Math.max(...slow.writes.map(({ length }) => length))).toBeLessThan(300_000);
  });

  test("the end comes behind what waits, and later frames are dropped", async () => {
    const slow = slowPipe();
    const writer = createFrameWriter(slow.pipe, () => undefined);
    writer.send("1", "response");
    await tick();
    writer.send("2", "response");
    writer.end();
    expect(writer.send("3", "response")).toBe(true);
    expect(slow.pipe.writableEnded).toBe(false);
    await slow.readAll();
    await tick();
    expect(slow.writes.join("")).toBe(frame("1") + frame("2"));
    expect(slow.pipe.writableFinished).toBe(true);
  });

  test("a broken pipe throws nothing and hands over everything that waited, once", async () => {
    const slow = slowPipe();
    const writer = createFrameWriter(slow.pipe, () => undefined);
    writer.send("1", "response");
    await tick();
    let handed = 0;
    writer.send("2", "response", () => handed++);
    slow.pipe.destroy(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    await tick();
    expect(handed).toBe(1);
    expect(writer.send("3", "response")).toBe(true);
    expect(writer.waiting).toEqual({ response: 0, refusal: 0 });
  });
});

test("a write that fails is no room for more: nothing is started for a reader that is gone", async () => {
  const pipe = new Writable({
    highWaterMark: 1,
    write: (_chunk, _encoding, done) => void setImmediate(() => done(new Error("EPIPE"))),
  });
  const rooms: boolean[] = [];
  const closed = new Promise((done) => pipe.once("close", done));
  const writer = createFrameWriter(pipe, () => rooms.push(writer.broken));
  writer.send("1", "response");
  await Promise.resolve();
  writer.send("2", "response");
  await closed;
  expect(rooms).toEqual([true]);
  expect(writer.waiting).toEqual({ response: 0, refusal: 0 });
});
