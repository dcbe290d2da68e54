import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** One server as the cases reach it. */
export interface Server {
  /** Over TCP on 127.0.0.1. */
  readonly url: string;
  readonly socket: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Every server of the tests. */
export interface Servers {
  /** Without TLS. */
  readonly postgres: Server;
  readonly mysql: Server;
  /** With a certificate for `localhost` alone, of an authority that nobody trusts by default. */
  readonly postgresTls: Server;
  readonly mysqlTls: Server;
  /** That authority, PEM. */
  readonly ca: string;
  /** Where the cases on values go: the servers named in the environment, else the first two. */
  readonly valuesPostgres: string;
  readonly valuesMysql: string;
  stop(): Promise<void>;
}

/** The parts of the repository's scripts that are used here. */
interface Scripts {
  startPostgres(): Promise<Server>;
  startMariadb(): Promise<Server>;
  ensureInstalled(program: string, debianPackage: string): void;
  asUser(user: string, command: readonly string[]): readonly string[];
  freePort(): Promise<number>;
  serviceFolder(name: string): string;
  startServer(
    command: readonly string[],
    folder: string,
    ready: () => Promise<boolean>,
  ): Promise<() => Promise<void>>;
}

/** They lie outside this package, and are loaded by their place, so that its build doesn't take them in. */
async function loadScripts(): Promise<Scripts> {
  const at = (name: string): string =>
    new URL(`../../../../scripts/services/${name}.ts`, import.meta.url).href;
  const modules = await Promise.all(
    ["postgres", "mariadb", "service", "install"].map((name) => import(at(name))),
  );
  return Object.assign({}, ...(modules as object[])) as Scripts;
}

/** Starts real servers: PostgreSQL and MariaDB, each without and with TLS. */
export async function startServers(): Promise<Servers> {
  const scripts = await loadScripts();
  scripts.ensureInstalled("/usr/bin/openssl", "openssl");
  const certificates = makeCertificates();
  const [postgres, mysql, postgresTls, mysqlTls] = await Promise.all([
    scripts.startPostgres(),
    scripts.startMariadb(),
    scripts.startPostgres().then((server) => turnOnTls(server, certificates)),
    startMariadbTls(scripts, certificates),
  ]);
  const all = [postgres, mysql, postgresTls, mysqlTls];
  return {
    postgres,
    mysql,
    postgresTls,
    mysqlTls,
    ca: readFileSync(join(certificates, "ca.pem"), "utf8"),
    valuesPostgres: process.env["SANDPIPE_TEST_PG_URL"] ?? postgres.url,
    valuesMysql: process.env["SANDPIPE_TEST_MYSQL_URL"] ?? mysql.url,
    async stop() {
      await Promise.all(all.map((server) => server.stop()));
    },
  };
}

/** Makes ca.pem, and server.pem with server.key signed by it for `localhost`; returns their folder. */
function makeCertificates(): string {
  const folder = mkdtempSync(join(tmpdir(), "sandpipe-tls-"));
  chmodSync(folder, 0o755);
  const openssl = (...args: string[]): void => {
    execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  };
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl(
    "req",
    "-x509",
    ...key,
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-days",
    "2",
    "-subj",
    "/CN=sandpipe-test-ca",
  );
  openssl(
    "req",
    ...key,
    "-keyout",
    "server.key",
    "-out",
    "server.csr",
    "-subj",
    "/CN=localhost",
    "-addext",
    "subjectAltName=DNS:localhost",
  );
  openssl(
    ...["x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"],
    ...["-out", "server.pem", "-days", "2", "-copy_extensions", "copy"],
  );
  return folder;
}

/** Gives a server's files to the user that it runs as: it refuses a key that others can read. */
function give(file: string, like: string): void {
  chmodSync(file, 0o600);
  const { uid, gid } = statSync(like);
  if (process.getuid?.() === 0) chownSync(file, uid, gid);
}

function turnOnTls(server: Server, certificates: string): Server {
  const data = join(dirname(server.socket), "data");
  for (const name of ["server.pem", "server.key"]) {
    execFileSync("cp", [join(certificates, name), join(data, name)]);
    give(join(data, name), data);
  }
  const sql = ["ssl_cert_file = 'server.pem'", "ssl_key_file = 'server.key'", "ssl = on"];
  const commands = [...sql.map((setting) => `alter system set ${setting}`), "select pg_reload_conf()"];
  for (const command of commands) execFileSync("psql", [server.url, "-qtAc", command], { stdio: "pipe" });
  return server;
}

async function startMariadbTls(scripts: Scripts, certificates: string): Promise<Server> {
  scripts.ensureInstalled("/usr/sbin/mariadbd", "mariadb-server");
  const folder = scripts.serviceFolder("my-tls");
  const port = await scripts.freePort();
  const [data, socket] = [join(folder, "data"), join(folder, "my.sock")];
  const run = (command: readonly string[]): void => {
    const [program = "", ...args] = command;
    execFileSync(program, args, { cwd: folder, stdio: "pipe" });
  };
  const install = ["mariadb-install-db", "--no-defaults", `--datadir=${data}`];
  run(scripts.asUser("mysql", [...install, "--auth-root-authentication-method=normal", "--skip-test-db"]));
  for (const name of ["server.pem", "server.key"]) {
    execFileSync("cp", [join(certificates, name), join(folder, name)]);
    give(join(folder, name), data);
  }
  const server = [
    "/usr/sbin/mariadbd",
    "--no-defaults",
    `--datadir=${data}`,
    `--socket=${socket}`,
    `--port=${port}`,
  ];
  const tls = [`--ssl-cert=${join(folder, "server.pem")}`, `--ssl-key=${join(folder, "server.key")}`];
  const client = (sql: string): void =>
    run(["mariadb", "--no-defaults", "--skip-ssl", "-u", "root", `--socket=${socket}`, "-e", sql]);
  const stop = await scripts.startServer(
    scripts.asUser("mysql", [...server, ...tls, "--bind-address=127.0.0.1", "--innodb-flush-method=nosync"]),
    folder,
    async () => {
      try {
        client("select 1");
        return true;
      } catch {
        return false;
      }
    },
  );
  client(
    "create database test; create user test@localhost; create user test@127.0.0.1; grant all on *.* to test@localhost; grant all on *.* to test@127.0.0.1",
  );
  return { url: `mysql://test@127.0.0.1:${port}/test`, socket, port, stop };
}
