import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createLinkDecoder, encodeLinkMessage } from "../probe/link-codec.js";
import type { ProbeCommand, ProbeReport } from "../probe/messages.js";
import { KitFault } from "./target.js";

/** What a session wants to hear of its probe. */
export interface ProbeListener {
  hello(pid: number): void;
  input(bytes: Buffer): void;
  report(report: ProbeReport): void;
  gone(): void;
}

/** The kit's end of one probe. */
export interface ProbeLink {
  /** The command line that the host must spawn. */
  readonly command: readonly string[];
  /** Kept until the probe has connected. */
  send(command: ProbeCommand, body?: Uint8Array): void;
  /** Lets go of the probe, which then exits. */
  close(): void;
}

/** Where probes connect back to: one Unix socket for all sessions of a target. */
export interface ProbeHub {
  expect(listener: ProbeListener): ProbeLink;
  close(): Promise<void>;
}

/** The compiled probe, also when the kit itself runs from its sources (in its tests). */
function findProbe(): string {
  const beside = fileURLToPath(new URL("../probe/probe.cjs", import.meta.url));
  if (existsSync(beside)) return beside;
  const built = fileURLToPath(new URL("../../dist/probe/probe.cjs", import.meta.url));
  if (existsSync(built)) return built;
  throw new KitFault(`the probe is not built: ${built} is not there; run npm run build`);
}

/** Opens the socket, in a folder of its own with a short path (a Unix socket's is at most about 100 bytes). */
export async function createProbeHub(): Promise<ProbeHub> {
  const probe = findProbe();
  const folder = await mkdtemp(join(tmpdir(), "sandpipe-"));
  const path = join(folder, "kit");
  const expected = new Map<string, (socket: Socket, pid: number) => void>();
  const open = new Set<Socket>();

  const server = createServer((socket) => {
    open.add(socket);
    let take: ((header: ProbeReport, body: Buffer) => void) | undefined;
    const decode = createLinkDecoder();
    socket.on("error", () => socket.destroy());
    socket.on("close", () => open.delete(socket));
    socket.on("data", (chunk: Buffer) => {
      for (const { header, body } of decode(chunk)) {
        const report = header as ProbeReport;
        if (report.e === "hello") {
          const adopt = expected.get(report.key);
          expected.delete(report.key);
          if (!adopt) return void socket.destroy();
          adopt(socket, report.pid);
          take = takers.get(socket);
        } else take?.(report, body);
      }
    });
  });
  const takers = new WeakMap<Socket, (report: ProbeReport, body: Buffer) => void>();
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(path, done);
  });

  return {
    expect(listener) {
      const key = randomBytes(9).toString("base64url");
      let socket: Socket | undefined;
      const early: Buffer[] = [];
      expected.set(key, (connected, pid) => {
        socket = connected;
        takers.set(connected, (report, body) =>
          report.e === "in" ? listener.input(body) : listener.report(report),
        );
        connected.on("close", () => listener.gone());
        listener.hello(pid);
        for (const message of early.splice(0)) connected.write(message);
      });
      return {
        command: [process.execPath, probe, path, key],
        send(command, body) {
          const message = encodeLinkMessage(command, body);
          if (!socket) early.push(message);
          else if (!socket.destroyed) socket.write(message);
        },
        close() {
          expected.delete(key);
          socket?.destroy();
        },
      };
    },
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise<void>((done) => server.close(() => done()));
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
