import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { openrpc } from "#openrpc";
import { CONTRACT_METHODS } from "@sandpipe/spec/v1";
import type { ContractMethod, FileInfo, SessionInfo } from "@sandpipe/spec/v1";
import { afterEach, expect, it } from "vitest";
import type { Store } from "../store/store.js";
import { addFile, closeTestSessions, openTestSession } from "./open-test-session.js";
import type { TestSession } from "./open-test-session.js";
import { forEachStore } from "./for-each-store.js";
import { MethodError } from "./method.js";

afterEach(closeTestSessions);

/** What others have tried on paths, SQL, shells, templates, headers, prototypes and readers of Unicode. */
const HOSTILE: readonly string[] = [
  ...[
    "..",
    ".",
    "",
    "/",
    "../canary",
    "../../../../etc/passwd",
    "/etc/passwd",
    "//etc/passwd",
    "a/b",
    "./out.txt",
  ],
  ...["inputs/../../canary", "..\\..\\canary", "C:\\x", "\\\\host\\share", "file:///etc/passwd", "out.txt/"],
  ...["%2e%2e%2fcanary", "%2e%2e/canary", "..%2fcanary", "%00", "%252e%252e%252f", "out.txt%00"],
  ...[
    "\0",
    "out.txt\0",
    "f1\0",
    "f1\0x",
    "a\0b",
    "\u0001",
    "\n",
    "a\r\nSet-Cookie: x=1",
    "\u001b[2J",
    "\u007f",
  ],
  ...["\u2024\u2024/canary", "\uff0e\uff0e\uff0fcanary", "\u2025/canary", "..\u2215canary", "..\u2044canary"],
  ...[
    "\uff46\uff11",
    "f\u00b9",
    "F1",
    " f1",
    "f1 ",
    "f1\u00a0",
    "\ufefff1",
    "f1\u200b",
    "f1\u0301",
    "\u202ef1",
  ],
  ...["\ud800", "f1\udfff", "\u{10ffff}", "\ufffd", "e\u0301", "👩‍👩‍👧"],
  ...["' OR '1'='1", "f1' OR 'a'='a", "f1'--", "f1';--", "'; DROP TABLE files; --", "') UNION SELECT 1 --"],
  ...[
    '"; DROP SCHEMA sandpipe CASCADE; --',
    "'; SELECT pg_sleep(60); --",
    "f1\\'; --",
    "f1/**/",
    "$1",
    "?1",
    ":id",
  ],
  ...["%", "_", "f%", "f_", "f*", "f?", "[f]1", "~f1", "x'6631'", "E'\\x66'", "U&'\\0066'", "$$f1$$"],
  ...["NULL", "null", "undefined", "NaN", "true", "0", "-1", "1e400", "9007199254740993", "0x1"],
  ...["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "__defineGetter__"],
  ...[
    "$(touch pwned)",
    "`touch pwned`",
    "|touch pwned",
    ";touch pwned",
    "${7*7}",
    "{{7*7}}",
    "<script>",
    "-rf",
  ],
  ...[
    "x".repeat(255),
    "x".repeat(256),
    "x".repeat(1_025),
    "é".repeat(600),
    "x".repeat(100_000),
    "../".repeat(5_000),
  ],
];

/** Refusals that a script may meet: bad params, not found, out of scope, too large. */
const CLEAN = new Set([-32602, 1003, 1004, 1005]);
const SECRET = "SECRET-of-another-project";

interface Schema {
  readonly type?: string;
  readonly $ref?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** The members of a method's params that take a text, by the published schema. */
function textParams(method: string): string[] {
  const schemas = openrpc.components.schemas as Readonly<Record<string, Schema>>;
  const follow = (schema: Schema | undefined): Schema =>
    schema?.$ref === undefined ? (schema ?? {}) : follow(schemas[schema.$ref.split("/").at(-1) ?? ""]);
  const entry = openrpc.methods.find(({ name }) => name === method);
  const { properties = {} } = follow(entry?.["x-params"] as Schema | undefined);
  return Object.keys(properties).filter((name) => {
    const { type, enum: values } = follow(properties[name]);
    return type === "string" || values !== undefined;
  });
}

/** Params that are right, for each method; an attack changes one of them. */
async function rightParams(session: TestSession): Promise<Record<ContractMethod, Record<string, unknown>>> {
  const upload = async (): Promise<string> => (await session.call("files.create", { name: "u" })).uploadId;
  return {
    "files.list": { projectId: "p1", conversationId: "c1" },
    "files.get": { fileId: "f1" },
    "files.read": { fileId: "f1", encoding: "utf8" },
    "files.materialize": { fileId: "f1" },
    "files.write": { name: "w", content: "w", encoding: "utf8", mime: "text/plain" },
    "files.create": { name: "c", mime: "text/plain" },
    "files.append": { uploadId: await upload(), offset: 0, content: "a", encoding: "utf8" },
    "files.commit": { uploadId: await upload() },
    "files.adopt": { path: "out.txt", name: "o", mime: "text/plain" },
    "projects.get": { projectId: "p1" },
    "conversations.get": { conversationId: "c1" },
  };
}

async function open(store: Store): Promise<{ session: TestSession; parent: string }> {
  await store.importFixture({
    projects: [
      { id: "p1", name: "P" },
      { id: "p2", name: SECRET },
    ],
    conversations: [
      { id: "c1", projectId: "p1", messages: [] },
      { id: "c2", projectId: "p1", title: SECRET, messages: [] },
    ],
  });
  await addFile(store, "f1", "mine");
  await addFile(store, "f2", SECRET, { projectId: "p2" });
  const session = openTestSession({ store, limits: { openUploads: 10_000 } });
  writeFileSync(join(session.scratch, "out.txt"), "out");
  // What a path that leads out of the scratch folder would find.
  const parent = mkdtempSync(join(tmpdir(), "sandpipe-outside-"));
  writeFileSync(join(parent, "canary"), SECRET);
  symlinkSync(join(parent, "canary"), join(session.scratch, "canary"));
  mkdirSync(join(session.scratch, "a"));
  return { session, parent };
}

forEachStore((openStore) => {
  it("no text in any parameter of any method gets more than a clean answer", async () => {
    const store = await openStore();
    const { session, parent } = await open(store);
    const around = readdirSync(tmpdir()).filter((name) => name.includes("pwned"));
    const attacked: string[] = [];
    for (const method of Object.keys(CONTRACT_METHODS) as ContractMethod[]) {
      for (const param of textParams(method)) {
        attacked.push(`${method} ${param}`);
        const right = (await rightParams(session))[method];
        for (const text of HOSTILE) {
          const what = `${method} ${param}=${JSON.stringify(text.slice(0, 60))}`;
          const answer = await session.call(method, { ...right, [param]: text } as never).then(
            (result) => JSON.stringify(result),
            (error: unknown) => {
              if (!(error instanceof MethodError)) throw new Error(`${what} threw`, { cause: error });
              expect(CLEAN, what).toContain(error.code);
              // Nothing of the host: no SQL, no path, no stack.
              expect(error.message, what).not.toMatch(/SELECT|INSERT|sandpipe[.-]|\/tmp|\/proc|\bat \//);
              return error.message;
            },
          );
          expect(answer, what).not.toContain(SECRET);
        }
      }
    }
    expect(attacked.length).toBeGreaterThan(20);
    expect(attacked).toEqual(
      expect.arrayContaining(["files.read fileId", "files.adopt path", "files.list cursor"]),
    );

    // The store is whole, foreign things are as they were, and the session's own files are its own.
    const other: SessionInfo = { id: "s2", projectId: "p2" };
    const foreign = await store.listFiles({ scope: other, limit: 10_000 });
    expect(foreign.map(({ info }) => [info.id, info.size])).toEqual([["f2", SECRET.length]]);
    const own = await store.listFiles({ scope: { projectId: "p1", conversationId: "c1" }, limit: 10_000 });
    for (const { info } of own) expect([info.projectId, info.conversationId ?? "c1"]).toEqual(["p1", "c1"]);
    expect(await store.getProject("p2")).toEqual({ id: "p2", name: SECRET });
    expect(readFileSync(join(parent, "canary"), "utf8")).toBe(SECRET);
    expect(readdirSync(parent)).toEqual(["canary"]);
    expect(readdirSync(tmpdir()).filter((name) => name.includes("pwned"))).toEqual(around);
    expect(readdirSync(session.scratch).toSorted()).toEqual(["a", "canary", "out.txt"]);
    rmSync(parent, { recursive: true });
  });

  it("a hostile name that is taken comes back as it was, and is a harmless one on the disk", async () => {
    const { session, parent } = await open(await openStore());
    const taken: FileInfo[] = [];
    for (const name of HOSTILE) {
      const content = `content of ${taken.length}`;
      const info = await session
        .call("files.write", { name, content, encoding: "utf8" })
        .catch((error: unknown) => {
          expect(error).toMatchObject({ code: -32602 });
          return undefined;
        });
      if (info === undefined) continue;
      expect(info.name).toBe(name);
      taken.push(info);
      const { path } = await session.call("files.materialize", { fileId: info.id });
      expect(path).toBe(join(session.scratch, "inputs", basename(path)));
      expect(basename(path)).toMatch(/^[\p{L}\p{M}\p{N}_][\p{L}\p{M}\p{N}._-]*$/u);
      expect(readFileSync(path, "utf8")).toBe(content);
    }
    expect(taken.length).toBeGreaterThan(60);
    const listed: FileInfo[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await session.call("files.list", { limit: 7, ...(cursor !== undefined && { cursor }) });
      listed.push(...page.files);
      cursor = page.nextCursor;
      if (cursor === undefined) break;
    }
    expect(listed.filter(({ id }) => id !== "f1")).toEqual(taken);
    rmSync(parent, { recursive: true });
  });
});
