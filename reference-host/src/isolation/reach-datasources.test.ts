import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Datasource } from "@sandpipe/spec/v1";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createHost } from "../run/create-host.js";
import { PROBE_FILES, probe } from "../run/probe-run.js";
import { DatasourceError, addressDatasource } from "./datasource-address.js";
import { needBwrap } from "./need-bwrap.js";
import { openRelay } from "./relay.js";
import type { Relay } from "./relay.js";

let folder: string;
const servers: Server[] = [];
const relays: Relay[] = [];
beforeAll(async () => {
  await needBwrap();
  folder = mkdtempSync(join(tmpdir(), "reach-"));
});
afterEach(async () => {
  for (const relay of relays.splice(0)) await relay.close();
  for (const server of servers.splice(0)) server.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function serve(where: { port: 0; host: string } | { path: string }, name: string): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.write(`${name}:`);
    socket.pipe(socket);
    socket.on("error", () => undefined);
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(where, done));
  return (server.address() as AddressInfo).port;
}

function addressed(source: Partial<Datasource>) {
  return addressDatasource({ name: "shop", kind: "postgres", readOnly: true, ...source } as Parameters<
    typeof addressDatasource
  >[0]);
}

describe("the address of a datasource", () => {
  test("is taken out of its url; name, user and what TLS means stay", () => {
    expect(addressed({ url: "postgres://me:p%40ss@db.example:6543/shop" })).toEqual({
      address: { host: "db.example", port: 6543 },
      entry: {
        name: "shop",
        kind: "postgres",
        readOnly: true,
        user: "me",
        password: "p@ss",
        database: "shop",
        tls: "verify",
        options: { servername: "db.example" },
      },
    });
    expect(addressed({ kind: "mysql", url: "mysql://me@[::1]/x?ssl-mode=DISABLED" })).toMatchObject({
      address: { host: "::1", port: 3306 },
      entry: { tls: "off" },
    });
  });

  test.each([
    [{ socket: "/run/db.sock" }, "/run/db.sock"],
    [{ url: "postgres:///shop?host=/run/db.sock" }, "/run/db.sock"],
    [
      { url: `postgres://me@/shop?host=${encodeURIComponent(tmpdir())}&port=6000` },
      `${tmpdir()}/.s.PGSQL.6000`,
    ],
    [{ kind: "mysql" as const, url: "mysql://me@localhost/x?socket=/run/my.sock" }, "/run/my.sock"],
  ])("%j is a Unix socket", (source, socket) => {
    expect(addressed(source).address).toEqual({ socket });
  });

  test.each([
    [{}, "neither a url nor a socket"],
    [{ url: "no url : hunter2" }, "can't be read"],
    [{ url: "postgres://me:hunter2@db/x?sslmode=prefer" }, "unknown sslmode"],
    [{ url: "postgres://me:hunter2@db/x?options=hunter2" }, "can't be used"],
    [{ url: "postgres://me:hunter2%zz@db/x" }, "%25"],
  ])("%j is refused without a word of its secrets", (source, message) => {
    const read = () => addressed(source);
    expect(read).toThrow(DatasourceError);
    expect(read).toThrow(message);
    expect(read).not.toThrow(/hunter2/);
  });
});

describe("a relay", () => {
  test("carries bytes both ways, half-closed connections too, many at once", async () => {
    const port = await serve({ port: 0, host: "127.0.0.1" }, "tcp");
    const path = join(folder, "relay.sock");
    relays.push(await openRelay(path, { host: "127.0.0.1", port }));
    const said = "x".repeat(1_000_000);
    const answers = await Promise.all(
      Array.from(
        { length: 8 },
        () =>
          new Promise<string>((done, fail) => {
            let heard = "";
            const socket = connect({ path, allowHalfOpen: true });
            socket.on("data", (chunk) => (heard += String(chunk)));
            socket.on("end", () => done(heard)).on("error", fail);
            socket.end(said);
          }),
      ),
    );
    expect(answers.map((answer) => answer === `tcp:${said}`)).toEqual(answers.map(() => true));
  });

  test("closes a client whose server isn't there, and every client when it is closed", async () => {
    const port = await serve({ port: 0, host: "127.0.0.1" }, "tcp");
    const [gone, there] = [join(folder, "gone.sock"), join(folder, "there.sock")];
    const reserved = createServer();
    await new Promise<void>((done) => reserved.listen(0, "127.0.0.1", done));
    const { port: closed } = reserved.address() as AddressInfo;
    await new Promise((done) => reserved.close(done));
    relays.push(await openRelay(gone, { host: "127.0.0.1", port: closed }));
    const ended = (path: string) =>
      new Promise<void>((done) => {
        const socket = connect({ path });
        socket.on("error", () => undefined).on("close", () => done());
        socket.resume();
      });
    await ended(gone);
    const relay = await openRelay(there, { host: "127.0.0.1", port });
    const open = ended(there);
    await relay.close();
    await open;
    expect(existsSync(there)).toBe(false);
  });
});

test("an isolated script reaches its datasources by the sockets it is told, and nothing beside them", async () => {
  const port = await serve({ port: 0, host: "127.0.0.1" }, "tcp");
  const other = await serve({ port: 0, host: "127.0.0.1" }, "other");
  const path = join(folder, "own.sock");
  await serve({ path }, "unix");
  await serve({ path: join(folder, "beside.sock") }, "beside");
  const warnings: string[] = [];
  const frames: string[] = [];
  const run = createHost({ isolation: "bwrap" }).run({
    command: probe(`
      import { connect } from "node:net";
      const { result: { datasources } } = await open();
      const hear = (where) => new Promise((done) => {
        const socket = connect(where, () => undefined).on("error", ({ code }) => done(code));
        socket.on("data", (chunk) => { done(String(chunk)); socket.destroy(); });
      });
      await result({
        told: datasources.map(({ name, url, user, tls }) => ({ name, url, user, tls })),
        heard: await Promise.all(datasources.map(({ socket }) => hear({ path: socket }))),
        beside: await hear({ path: ${JSON.stringify(join(folder, "beside.sock"))} }),
        other: await hear({ port: ${other} }),
      });
    `),
    session: { projectId: "p1" },
    readable: PROBE_FILES,
    datasources: [
      {
        name: "shop",
        kind: "postgres",
        url: `postgres://me:hunter2@127.0.0.1:${port}/shop?tls=off`,
        readOnly: true,
      },
      { name: "wiki", kind: "mysql", socket: path, user: "me", readOnly: true },
    ],
    observer: {
      warning: (message) => warnings.push(message),
      frame: (_direction, json) => frames.push(json),
    },
  });
  expect(await run.report).toMatchObject({
    outcome: "ok",
    result: {
      told: [
        { name: "shop", user: "me", tls: "off" },
        { name: "wiki", user: "me" },
      ],
      heard: ["tcp:", "unix:"],
      beside: "ENOENT",
      other: "ECONNREFUSED",
    },
  });
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain("shop");
  expect([...warnings, ...frames].join("\n")).not.toContain("hunter2");
});

test("a datasource out of reach fails the run with its name, and leaves nothing", async () => {
  const run = createHost({ isolation: "bwrap" }).run({
    command: probe("await open();"),
    session: { projectId: "p1" },
    datasources: [{ name: "wiki", kind: "mysql", socket: "/no/such.sock", readOnly: true }],
  });
  await expect(run.report).rejects.toThrow(/wiki.*isn't there/);
});
