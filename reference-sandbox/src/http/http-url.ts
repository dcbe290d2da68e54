/** Where the host serves HTTP. */
export interface HttpAddress {
  readonly connect: { readonly host: string; readonly port: number } | { readonly path: string };
  /** The Host header. */
  readonly host: string;
  /** What stands before `/api/mcp/…`; mostly empty. */
  readonly prefix: string;
}

const UNIX = "unix:";

/** Reads SANDPIPE_HTTP_URL: `http://127.0.0.1:PORT` or `unix:/absolute/path.sock` (`http:url:both-forms`). */
export function readHttpUrl(text: string): HttpAddress | undefined {
  if (text.startsWith(UNIX)) {
    const path = text.slice(UNIX.length);
    if (!path.startsWith("/") || path.includes("\0")) return undefined;
    return { connect: { path }, host: "localhost", prefix: "" };
  }
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const plain = url.protocol === "http:" && url.username === "" && url.password === "";
  if (!plain || url.search !== "" || url.hash !== "") return undefined;
  return {
    connect: { host: url.hostname.replace(/^\[(.*)\]$/, "$1"), port: Number(url.port || 80) },
    host: url.host,
    prefix: url.pathname.replace(/\/+$/, ""),
  };
}
