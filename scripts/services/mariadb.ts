import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { ensureInstalled } from "./install.js";
import { asUser, freePort, serviceFolder, startServer, type Service } from "./service.js";

/** Starts an empty MariaDB of the caller's own: user `test` without password on 127.0.0.1 and the socket, database `test`. */
export async function startMariadb(): Promise<Service> {
  ensureInstalled("/usr/sbin/mariadbd", "mariadb-server");
  const folder = serviceFolder("my");
  const port = await freePort();
  const socket = join(folder, "my.sock");
  const data = join(folder, "data");
  const [install = "", ...installArgs] = asUser("mysql", [
    ...["mariadb-install-db", "--no-defaults", `--datadir=${data}`],
    ...["--auth-root-authentication-method=normal", "--skip-test-db"],
  ]);
  execFileSync(install, installArgs, { stdio: "pipe", cwd: folder });
  const server = asUser("mysql", [
    ...["/usr/sbin/mariadbd", "--no-defaults", `--datadir=${data}`, `--socket=${socket}`, `--port=${port}`],
    ...["--bind-address=127.0.0.1", `--pid-file=${join(folder, "my.pid")}`, "--innodb-flush-method=nosync"],
  ]);
  const client = (sql: string): void => {
    execFileSync("mariadb", ["--no-defaults", "-u", "root", `--socket=${socket}`, "-e", sql], {
      stdio: "pipe",
    });
  };
  const stop = await startServer(server, folder, async () => {
    try {
      client("select 1");
      return true;
    } catch {
      return false;
    }
  });
  client(
    "create database test; create user test@localhost; create user test@127.0.0.1; " +
      "grant all on *.* to test@localhost; grant all on *.* to test@127.0.0.1",
  );
  return { url: `mysql://test@127.0.0.1:${port}/test`, socket, port, stop };
}
