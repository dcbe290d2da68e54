import type { Capture, Stream } from "./capture.js";

/** What this file uses of Bun. */
interface BunOutput {
  stdout: BunFile;
  stderr: BunFile;
  write(target: unknown, data: unknown, ...options: unknown[]): Promise<number>;
}
interface BunFile {
  writer(): unknown;
  write(data: unknown): Promise<number>;
}

/** Brings `Bun.write(Bun.stdout, …)`, `Bun.stdout.write` and `Bun.stdout.writer()` into the capture. */
export function installBunStdout(capture: Capture): void {
  const bun = (globalThis as unknown as { Bun: BunOutput }).Bun;
  const nativeWrite = bun.write.bind(bun);
  const streams = new Map<unknown, Stream>([
    [bun.stdout, "stdout"],
    [bun.stderr, "stderr"],
  ]);

  const print = async (stream: Stream, data: unknown): Promise<number> => {
    const chunk = bytesOf(data) ?? new Uint8Array(await new Response(data as Blob).arrayBuffer());
    capture.print(stream, chunk);
    return Buffer.byteLength(chunk);
  };

  bun.write = (target, data, ...options) => {
    const stream = streams.get(target);
    return stream === undefined ? nativeWrite(target, data, ...options) : print(stream, data);
  };
  for (const [file, stream] of streams) {
    const methods = {
      write: (data: unknown) => print(stream, data),
      writer: () => createSink(stream, capture),
    };
    for (const [name, value] of Object.entries(methods))
      Object.defineProperty(file, name, { value, writable: true, configurable: true });
  }
}

/** The interface of Bun's FileSink; nothing is ever left in it. */
function createSink(stream: Stream, capture: Capture): object {
  return {
    write(data: unknown): number {
      const chunk = bytesOf(data) ?? String(data);
      capture.print(stream, chunk);
      return Buffer.byteLength(chunk);
    },
    flush: () => 0,
    end: () => 0,
    start() {},
    ref() {},
    unref() {},
  };
}

function bytesOf(data: unknown): string | Uint8Array | undefined {
  if (typeof data === "string") return data;
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (data instanceof ArrayBuffer || data instanceof SharedArrayBuffer) return new Uint8Array(data);
  return undefined;
}
