import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ensureInstalled } from "./install.js";
import { asUser, freePort, serviceFolder, startServer, type Service } from "./service.js";

const ROOT = "/usr/lib/postgresql";

function binaries(): string {
  const version = existsSync(ROOT) ? readdirSync(ROOT).sort((a, b) => Number(b) - Number(a))[0] : undefined;
  return join(ROOT, version ?? "15", "bin");
}

/** Starts an empty PostgreSQL of the caller's own: superuser `postgres`, no password, TCP and Unix socket. */
export async function startPostgres(): Promise<Service> {
  ensureInstalled(join(binaries(), "postgres"), "postgresql");
  const bin = binaries();
  const folder = serviceFolder("pg");
  const port = await freePort();
  const run = (command: readonly string[]): void => {
    const [program = "", ...args] = asUser("postgres", command);
    execFileSync(program, args, { stdio: "pipe", cwd: folder });
  };
  run([
    ...[join(bin, "initdb"), "-D", join(folder, "data"), "-U", "postgres", "-A", "trust"],
    ...["-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
  ]);
  const server = asUser("postgres", [
    ...[join(bin, "postgres"), "-D", join(folder, "data"), "-c", "listen_addresses=127.0.0.1"],
    ...["-k", folder, "-p", String(port), "-c", "fsync=off"],
  ]);
  const stop = await startServer(server, folder, async () => {
    try {
      run([join(bin, "pg_isready"), "-q", "-h", folder, "-p", String(port)]);
      return true;
    } catch {
      return false;
    }
  });
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    socket: join(folder, `.s.PGSQL.${port}`),
    port,
    stop,
  };
}
