import { readChunks } from "./read-http-request.js";

/** An answer as it came: header lines in their order, the body without its framing. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** The first whole answer in these bytes, and what is left behind it; undefined while it isn't whole. */
export function readHttpAnswer(
  bytes: Buffer,
  ended: boolean,
  headOnly: boolean,
): { readonly answer: HttpAnswer; readonly rest: Buffer } | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1] ?? NaN);
  const after = bytes.subarray(end + 4);
  // An interim answer says only that the real one is still to come.
  if (status >= 100 && status < 200) return readHttpAnswer(after, ended, headOnly);
  const headers = lines.map((line): readonly [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
  });
  const valueOf = (name: string): string | undefined => headers.find(([other]) => other === name)?.[1];
  const whole = (body: Buffer, rest: Buffer): ReturnType<typeof readHttpAnswer> => ({
    answer: { status, headers, body },
    rest,
  });
  if (headOnly || status === 204 || status === 304) return whole(Buffer.alloc(0), after);
  if (valueOf("transfer-encoding")?.toLowerCase() === "chunked") {
    const chunked = readChunks(after);
    return chunked && whole(chunked.body, chunked.rest);
  }
  const length = valueOf("content-length");
  if (length === undefined) return ended ? whole(after, Buffer.alloc(0)) : undefined;
  const size = Number(length);
  return after.length < size ? undefined : whole(after.subarray(0, size), after.subarray(size));
}
