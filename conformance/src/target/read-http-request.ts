/** A request as it came. */
export interface HttpRequest {
  readonly method: string;
  readonly target: string;
  /** Lines in their order, names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** The first whole request in these bytes, and what is left behind it; undefined while it isn't whole. */
export function readHttpRequest(
  bytes: Buffer,
): { readonly request: HttpRequest; readonly rest: Buffer } | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const [method = "", target = ""] = first.split(" ");
  const headers = lines.map((line): readonly [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
  });
  const valueOf = (name: string): string | undefined => headers.find(([other]) => other === name)?.[1];
  const after = bytes.subarray(end + 4);
  const whole = (body: Buffer, rest: Buffer): ReturnType<typeof readHttpRequest> => ({
    request: { method, target, headers, body },
    rest,
  });
  if (valueOf("transfer-encoding")?.toLowerCase() === "chunked") {
    const chunked = readChunks(after);
    return chunked && whole(chunked.body, chunked.rest);
  }
  const size = Number(valueOf("content-length") ?? 0);
  return after.length < size ? undefined : whole(after.subarray(0, size), after.subarray(size));
}

/** A chunked body and what is behind it; undefined while it isn't whole. Trailers are not expected. */
export function readChunks(bytes: Buffer): { readonly body: Buffer; readonly rest: Buffer } | undefined {
  const pieces: Buffer[] = [];
  for (let at = 0; ;) {
    const line = bytes.indexOf("\r\n", at);
    if (line < 0) return undefined;
    const size = Number.parseInt(bytes.subarray(at, line).toString("latin1"), 16);
    const from = line + 2;
    const until = from + size;
    if (Number.isNaN(size) || bytes.length < until + 2) return undefined;
    if (size === 0) return { body: Buffer.concat(pieces), rest: bytes.subarray(until + 2) };
    pieces.push(bytes.subarray(from, until));
    at = until + 2;
  }
}
