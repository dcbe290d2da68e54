import type { Capture, Stream } from "./capture.js";

/**
 * Puts streams that print into the capture in the place of process.stdout and process.stderr. Node's own console
 * looks there at its first print. Made at first use: the stream module costs a third of Bun's start.
 */
export function installStreams(capture: Capture): void {
  replace("stdout", 1, capture);
  replace("stderr", 2, capture);
}

function replace(name: Stream, descriptor: number, capture: Capture): void {
  let stream: unknown;
  Object.defineProperty(process, name, {
    configurable: true,
    enumerable: true,
    get: () => (stream ??= createStream(name, descriptor, capture)),
    set(value: unknown) {
      stream = value;
    },
  });
}

function createStream(name: Stream, descriptor: number, capture: Capture): unknown {
  const { Writable } = process.getBuiltinModule("node:stream");
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string | Uint8Array, encoding, done) {
      const isText =
        typeof chunk === "string" && (encoding === "utf8" || encoding === ("utf-8" as BufferEncoding));
      capture.print(name, isText || typeof chunk !== "string" ? chunk : Buffer.from(chunk, encoding));
      done();
    },
    // As with the real ones: nobody can close them for the others.
    destroy(_error, done) {
      done(null);
    },
  });
  return Object.assign(stream, { fd: descriptor, _type: "pipe", _isStdio: true });
}
