import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { openResult, type SentFrame, type StartOptions } from "./start-sandbox.js";

export const TOKEN = "tok-0123456789._~+/-=";

/** One request as it came. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
  readonly frame: SentFrame;
}

/** A host over HTTP of the tests' own, which answers by what it is told. */
export interface HttpHost {
  readonly url: string;
  readonly environment: Record<string, string>;
  readonly requests: readonly SeenRequest[];
  readonly server: Server;
  frames(method: string): SentFrame[];
  printed(stream: "stdout" | "stderr"): string;
  result(): SentFrame["params"];
  /** Settles with the first frame of this method, past or to come. */
  saw(method: string): Promise<SentFrame>;
}

/** An answer under way. */
export interface Exchange {
  readonly frame: SentFrame;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  answer(result: unknown): void;
  /** Whatever the frame deserves by default. */
  usual(): void;
}

export interface HttpHostOptions extends Pick<StartOptions, "limits" | "open"> {
  readonly unix?: boolean;
  /** Decides about every request that has come whole. */
  readonly on?: (exchange: Exchange) => void;
}

/** Starts a real server; it closes with the test. */
export async function startHttpHost(options: HttpHostOptions = {}): Promise<HttpHost> {
  const requests: SeenRequest[] = [];
  const waiting: { readonly method: string; readonly done: (frame: SentFrame) => void }[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on("error", () => {});
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const frame = (body === "" ? {} : JSON.parse(body)) as SentFrame;
      const { method = "", url = "", rawHeaders } = req;
      requests.push({ method, url, rawHeaders, frame });
      const answer = (result: unknown): void => {
        const json = JSON.stringify({ jsonrpc: "2.0", id: frame.id, result });
        res.writeHead(200, { "Content-Type": "application/json" }).end(json);
      };
      const usual = (): void => {
        if (frame.id === undefined) res.writeHead(202, { "Content-Length": 0 }).end();
        else if (frame.method === "session.open") answer(openResult(options));
        else if (frame.method === "session.result") answer({});
        else answer(frame.params ?? null);
      };
      if (options.on === undefined) usual();
      else options.on({ frame, req, res, answer, usual });
      for (const entry of waiting.filter(({ method: name }) => name === frame.method)) entry.done(frame);
    });
  });
  server.keepAliveTimeout = 0;
  const folder = mkdtempSync(join(tmpdir(), "sandpipe-http-host-"));
  const path = join(folder, "host.sock");
  await new Promise<void>((done) =>
    options.unix === true ? server.listen(path, done) : server.listen(0, "127.0.0.1", done),
  );
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true, force: true });
  });
  const url =
    options.unix === true ? `unix:${path}` : `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const frames = (method: string): SentFrame[] =>
    requests.map(({ frame }) => frame).filter((frame) => frame.method === method);
  return {
    url,
    environment: { SANDPIPE_TRANSPORT: "http", SANDPIPE_HTTP_URL: url, SANDPIPE_HTTP_TOKEN: TOKEN },
    requests,
    server,
    frames,
    printed: (stream) =>
      frames("session.output")
        .filter(({ params }) => params["stream"] === stream)
        .map(({ params }) => params["text"])
        .join(""),
    result() {
      const results = frames("session.result");
      if (results.length !== 1) throw new Error(`${results.length} results instead of one`);
      return (results[0] as SentFrame).params;
    },
    saw(method) {
      const [seen] = frames(method);
      return seen === undefined
        ? new Promise((done) => waiting.push({ method, done }))
        : Promise.resolve(seen);
    },
  };
}
