import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectHost, type HostConnection } from "../target/host-connection.js";
import type { StartOptions } from "../target/target.js";
import { exchange, judgeAnswer } from "./http-exchange.js";
import type { HttpRequest, HttpVector } from "./http-vector.js";
import { loadVectorFiles } from "./load.js";
import type { SessionGiven } from "./session-vector.js";

/** What a host did with one HTTP vector. */
export interface HttpVerdict {
  readonly vector: HttpVector;
  /** Undefined where the vector belongs to a feature, or HTTP itself, that the host doesn't declare. */
  readonly faults?: readonly string[];
}

/** Every HTTP vector of v1. */
export function loadHttpVectors(): HttpVector[] {
  return loadVectorFiles<HttpVector>(1, "http").flatMap(({ file }) => file.vectors);
}

/** Stands in for a sandbox: tells where its host serves HTTP, and lives until the kit lets it go. */
const TELLER = `
  const { SANDPIPE_HTTP_URL: url, SANDPIPE_HTTP_TOKEN: token, SANDPIPE_VECTOR_KEY: key } = process.env;
  const socket = require("node:net").connect(process.env.SANDPIPE_VECTOR_SOCKET);
  socket.write(JSON.stringify({ key, url, token }) + "\\n");
  socket.resume().on("close", () => process.exit(0));
`;

interface Told {
  readonly url: string;
  readonly token: string;
  readonly socket: Socket;
}

/** Puts HTTP vectors to a host behind its adapter. Rejects with `SubjectError` when it can't be started. */
export async function runHttpVectors(
  options: StartOptions,
  vectors: readonly HttpVector[],
): Promise<HttpVerdict[]> {
  const deadlineMs = 10_000 * options.timeoutScale;
  const host = await connectHost(options.command, deadlineMs);
  const { features, transports } = host.description;
  const tellers = createTellers(host, deadlineMs);
  try {
    await tellers.listening;
    if (!transports.includes("http")) return vectors.map((vector) => ({ vector }));
    const other = await tellers.session(
      { session: { projectId: "p1" }, methods: [] },
      async ({ token }) => token,
    );
    const verdicts: HttpVerdict[] = [];
    for (const vector of vectors) {
      if (vector.feature !== undefined && !features.includes(vector.feature)) verdicts.push({ vector });
      else
        verdicts.push({
          vector,
          faults: await tellers.session(vector.given, (told) => play(vector, told, other)),
        });
    }
    return verdicts;
  } finally {
    await host.stop(deadlineMs);
    tellers.close();
  }

  async function play({ exchanges }: HttpVector, { url, token }: Told, other: string): Promise<string[]> {
    const { port } = new URL(url);
    const faults: string[] = [];
    for (const [index, { request, response }] of exchanges.entries()) {
      const filled = JSON.parse(
        JSON.stringify(request)
          .replaceAll("{PORT}", port)
          .replaceAll("{TOKEN}", token)
          .replaceAll("{OTHER_TOKEN}", other),
      ) as HttpRequest;
      try {
        const answer = await exchange(Number(port), filled, deadlineMs);
        faults.push(...judgeAnswer(response, answer).map((fault) => `exchange ${index + 1}: ${fault}`));
      } catch (error) {
        faults.push(`exchange ${index + 1}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return faults;
  }
}

/** Sessions of the adapter that tell the kit where they are served. */
function createTellers(host: HostConnection, deadlineMs: number) {
  const folder = mkdtempSync(join(tmpdir(), "sandpipe-http-"));
  const path = join(folder, "kit.sock");
  const waiting = new Map<string, (told: Told) => void>();
  const server = createServer((socket) => {
    let text = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      if (!text.endsWith("\n")) return;
      const { key, url = "", token = "" } = JSON.parse(text) as { key: string; url?: string; token?: string };
      waiting.get(key)?.({ url, token, socket });
    });
    socket.on("error", () => undefined);
  });
  let runs = 0;
  return {
    listening: new Promise<void>((resolve) => server.listen(path, resolve)),
    /** Opens a session, does something with it, and waits for its end. */
    async session<T>(
      { session, methods, limits, fixture }: SessionGiven,
      act: (told: Told) => Promise<T>,
    ): Promise<T> {
      const run = `http-${++runs}`;
      const told = new Promise<Told>((resolve) => waiting.set(run, resolve));
      const ended = new Promise<never>((_, reject) =>
        host.run(
          {
            op: "run",
            run,
            command: [process.execPath, "-e", TELLER],
            env: { SANDPIPE_VECTOR_SOCKET: path, SANDPIPE_VECTOR_KEY: run },
            protocol: [1],
            transport: "http",
            http: "tcp",
            isolation: "none",
            session,
            methods: [...methods],
            limits: { graceMs: 500, ...limits },
            ...(fixture && { fixture }),
          },
          {
            ended: ({ outcome }) => reject(new Error(`the run ended: ${outcome}`)),
            failed: ({ message }) => reject(new Error(message)),
          },
        ),
      );
      const over = ended.catch(() => undefined);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(
          () => reject(new Error(`${run} was not started within ${deadlineMs} ms`)),
          deadlineMs,
        );
      });
      const { socket, ...place } = await Promise.race([told, ended, late]).finally(() => clearTimeout(timer));
      try {
        return await act({ ...place, socket });
      } finally {
        socket.destroy();
        await over;
      }
    },
    close() {
      server.close();
      rmSync(folder, { recursive: true });
    },
  };
}
