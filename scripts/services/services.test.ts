import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { startMariadb } from "./mariadb.js";
import { startPostgres } from "./postgres.js";

test("a PostgreSQL of our own answers over TCP and is gone after stop", async () => {
  const server = await startPostgres();
  const ask = (): string =>
    execFileSync("psql", [server.url, "-tAc", "select 40 + 2"], { encoding: "utf8", stdio: "pipe" });
  expect(ask().trim()).toBe("42");
  await server.stop();
  expect(ask).toThrow();
});

test("a MariaDB of our own answers over its socket and is gone after stop", async () => {
  const server = await startMariadb();
  const ask = (): string =>
    execFileSync(
      "mariadb",
      ["--no-defaults", "-u", "test", `--socket=${server.socket}`, "-Ne", "select 40 + 2"],
      {
        encoding: "utf8",
        stdio: "pipe",
      },
    );
  expect(ask().trim()).toBe("42");
  await server.stop();
  expect(ask).toThrow();
});
