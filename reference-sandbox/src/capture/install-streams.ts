import type { Writable } from "node:stream";
import type { Capture, Stream } from "./capture.js";

/**
 * Puts streams that print into the capture in the place of process.stdout and process.stderr; Node's own console looks
 * there at its first print. Both are made at their first use: the stream module costs as much as the rest of the start.
 */
export function installStreams(capture: Capture): void {
  replace("stdout", 1, capture);
  replace("stderr", 2, capture);
}

function replace(name: Stream, descriptor: number, capture: Capture): void {
  let stream: Writable | undefined;
  const get = (): Writable => (stream ??= createStream(name, descriptor, capture));
  // In Bun only an assignment leaves the real stream unmade (10 ms), and only a value is seen by `node:process`.
  if ("Bun" in globalThis) Object.assign(process, { [name]: createLazily(get) });
  else Object.defineProperty(process, name, { configurable: true, enumerable: true, get });
}

/** An object that is made when it is first touched. */
function createLazily<T extends object>(make: () => T): T {
  const lazily =
    <A extends unknown[], R>(reflect: (target: object, ...rest: A) => R) =>
    (_: object, ...rest: A): R =>
      reflect(make(), ...rest);
  return new Proxy({} as T, {
    get: (_, key, proxy) => Reflect.get(make(), key, proxy),
    set: (_, key, value) => Reflect.set(make(), key, value),
    has: lazily(Reflect.has),
    deleteProperty: lazily(Reflect.deleteProperty),
    defineProperty: lazily(Reflect.defineProperty),
    getOwnPropertyDescriptor: lazily(Reflect.getOwnPropertyDescriptor),
    getPrototypeOf: lazily(Reflect.getPrototypeOf),
    setPrototypeOf: lazily(Reflect.setPrototypeOf),
    ownKeys: lazily(Reflect.ownKeys),
  });
}

function createStream(name: Stream, descriptor: number, capture: Capture): Writable {
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
