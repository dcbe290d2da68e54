import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { homedir, networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { InsideAct } from "../probe/inside-plan.js";
import { KitFault } from "./target.js";

/** What a plan names of an isolated probe's acts; the bait fills in what is there at run time. */
export type InsideStep =
  | { readonly act: "reach" | "read" | "look" | "leave" }
  | Extract<InsideAct, { act: "materialize" | "take" }>;

/** Things of this machine that an isolated script must not get at, and the probe that tries. */
export interface Bait {
  /** The command line that the host must spawn. */
  readonly command: readonly string[];
  /** Processes that the probe left behind and that are still there. */
  leftovers(): number[];
  close(): void;
}

/** Lays out what the steps need: a listener, files, a process. */
export async function layBait(steps: readonly InsideStep[]): Promise<Bait> {
  const word = `sandpipe-bait-${randomBytes(9).toString("hex")}`;
  const clean: (() => void)[] = [];
  const acts: InsideAct[] = [];
  for (const step of steps) {
    switch (step.act) {
      case "reach": {
        const server = await listen(word);
        clean.push(() => server.close());
        const { port } = server.address() as AddressInfo;
        acts.push({ act: "reach", addresses: ownAddresses(), port, greeting: word });
        break;
      }
      case "read": {
        const folders = plant(word);
        clean.push(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));
        acts.push({ act: "read", paths: folders.map((folder) => join(folder, "bait")), content: word });
        break;
      }
      case "look": {
        const args = ["-e", "process.stdin.resume()", word];
        const decoy = spawn(process.execPath, args, { stdio: ["pipe", "ignore", "ignore"] });
        decoy.on("error", () => undefined);
        clean.push(() => decoy.kill("SIGKILL"));
        acts.push({ act: "look", word });
        break;
      }
      case "leave":
        acts.push({ act: "leave", word: `${word}-left` });
        break;
      default:
        acts.push(step);
    }
  }
  return {
    command: [process.execPath, findProbe(), JSON.stringify(acts)],
    leftovers: () => processesWith(`${word}-left`),
    close: () => clean.forEach((one) => one()),
  };
}

async function listen(greeting: string): Promise<Server> {
  const server = createServer((socket) => socket.on("error", () => undefined).end(greeting));
  await new Promise<void>((done, fail) => server.once("error", fail).listen(0, "0.0.0.0", done));
  return server;
}

function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
  const other = all.find(({ internal, family }) => !internal && family === "IPv4");
  return ["127.0.0.1", ...(other === undefined ? [] : [other.address])];
}

/** Folders of the user's and of everybody's: a host may hide one and forget the other. */
function plant(content: string): string[] {
  return [...new Set([tmpdir(), "/var/tmp", "/dev/shm", homedir()])].flatMap((place) => {
    try {
      const folder = mkdtempSync(join(place, ".sandpipe-bait-"));
      writeFileSync(join(folder, "bait"), content);
      return [folder];
    } catch {
      return [];
    }
  });
}

function processesWith(word: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/u.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(word);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** The compiled probe, also when the kit itself runs from its sources (in its tests). */
function findProbe(): string {
  const candidates = ["../probe/isolated-probe.mjs", "../../dist/probe/isolated-probe.mjs"];
  const found = candidates
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path));
  if (found === undefined)
    throw new KitFault("the isolated probe is not built: run npm run build");
  return found;
}
