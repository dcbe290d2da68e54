import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  appendFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openStore } from "../store/open-store.js";
import type { ContentWriter, Store } from "../store/store.js";
import { closeTestSessions, openTestSession } from "./open-test-session.js";
import type { TestSession } from "./open-test-session.js";

afterEach(closeTestSessions);

async function contentOf(session: TestSession, fileId: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let offset = 0, eof = false; !eof;) {
    const answer = await session.call("files.read", { fileId, offset, encoding: "base64" });
    parts.push(Buffer.from(answer.content, "base64"));
    offset += answer.length;
    ({ eof } = answer);
  }
  return Buffer.concat(parts);
}

/** A store that lets a disturbance in between the first part of a content and the second. */
function storeThat(store: Store, disturb: () => void): Store {
  return {
    ...store,
    writeContent() {
      const writer = store.writeContent();
      return Object.create(writer, {
        append: {
          async value(bytes: Uint8Array) {
            await writer.append(bytes);
            if (writer.length === bytes.byteLength) disturb();
          },
        },
      }) as ContentWriter;
    },
  };
}

describe("files.adopt", () => {
  it("stores a copy of a file of the scratch folder under the session's ids", async () => {
    const session = openTestSession();
    const bytes = randomBytes(1_500_000);
    writeFileSync(join(session.scratch, "out.parquet"), bytes);
    const info = await session.call("files.adopt", { path: "out.parquet", mime: "application/x-parquet" });
    expect(info).toMatchObject({
      name: "out.parquet",
      size: bytes.length,
      projectId: "p1",
      conversationId: "c1",
      mime: "application/x-parquet",
      sha256: createHash("sha256").update(bytes).digest("hex"),
    });
    writeFileSync(join(session.scratch, "out.parquet"), "changed afterwards");
    expect((await contentOf(session, info.id)).equals(bytes)).toBe(true);
    expect(readFileSync(join(session.scratch, "out.parquet"), "utf8")).toBe("changed afterwards");
  });

  it("takes another name, an empty file, and a name that only looks like a path", async () => {
    const session = openTestSession();
    for (const path of ["..a", "a..b", "%2e%2e%2fetc", "été 😀", "a\\b", "-x", "a\nb"]) {
      writeFileSync(join(session.scratch, path), "");
      expect(await session.call("files.adopt", { path, name: "n" })).toMatchObject({ name: "n", size: 0 });
    }
  });

  it("refuses whatever is no plain name in the folder", async () => {
    const session = openTestSession();
    mkdirSync(join(session.scratch, "sub"));
    writeFileSync(join(session.scratch, "sub", "x"), "x");
    writeFileSync(join(session.scratch, "ok"), "x");
    const paths = [
      ...["", ".", "..", "/", "/etc/passwd", "../x", "sub/x", "./ok", "sub/../ok", "ok/", "ok\0", "ok\0.csv"],
      ...[
        "\ud800",
        "x".repeat(256),
        "x".repeat(100_000),
        join(session.scratch, "ok"),
        "nowhere",
        "/proc/self/environ",
      ],
    ];
    for (const path of paths) {
      expect(await session.refused("files.adopt", { path }), JSON.stringify(path)).toMatchObject({
        code: -32_602,
      });
    }
    expect(await session.call("files.list")).toEqual({ files: [] });
    await session.call("files.adopt", { path: "ok" });
  });

  it("refuses a link, a linked file, a FIFO, a folder, a socket and a device, and waits for none", async () => {
    const session = openTestSession();
    const at = (name: string): string => join(session.scratch, name);
    writeFileSync(at("real"), "SECRET");
    symlinkSync("/etc/passwd", at("link"));
    symlinkSync("real", at("inner-link"));
    symlinkSync("nowhere", at("dangling"));
    writeFileSync(at("twice"), "SECRET");
    linkSync(at("twice"), at("hard"));
    execFileSync("mkfifo", [at("fifo")]);
    mkdirSync(at("folder"));
    const server = createServer().listen(at("socket"));
    await new Promise((resolve) => server.once("listening", resolve));
    const names = ["link", "inner-link", "dangling", "twice", "hard", "fifo", "folder", "socket"];
    const answers = [];
    for (const path of names) answers.push(await session.refused("files.adopt", { path }));
    server.close();
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ code: -32_602 });
    expect(await session.call("files.list")).toEqual({ files: [] });
    // Without its second name the same file is taken.
    rmSync(at("hard"));
    expect(await session.call("files.adopt", { path: "twice" })).toMatchObject({ size: 6 });
  });

  it("follows the folder that was there at the start, not what was put in its place", async () => {
    const session = openTestSession();
    const decoy = openTestSession().scratch;
    writeFileSync(join(decoy, "a"), "SECRET");
    writeFileSync(join(session.scratch, "a"), "mine");
    renameSync(session.scratch, `${session.scratch}-moved`);
    symlinkSync(decoy, session.scratch);
    try {
      const { id } = await session.call("files.adopt", { path: "a" });
      expect((await contentOf(session, id)).toString()).toBe("mine");
    } finally {
      rmSync(session.scratch);
      renameSync(`${session.scratch}-moved`, session.scratch);
    }
  });

  it.each<[string, (path: string) => void]>([
    ["grows", (path) => appendFileSync(path, randomBytes(400_000))],
    ["shrinks", (path) => truncateSync(path, 300_000)],
    ["is written over", (path) => writeFileSync(path, randomBytes(5_000_000))],
    [
      "is swapped for a link",
      (path) => {
        rmSync(path);
        symlinkSync("/etc/passwd", path);
      },
    ],
  ])("says the size and hash of what it copied while the file %s under its hands", async (_how, disturb) => {
    let path = "";
    const store = openStore(":memory:");
    const session = openTestSession({ store: storeThat(store, () => disturb(path)) });
    path = join(session.scratch, "a");
    writeFileSync(path, randomBytes(4_000_000));
    const info = await session.call("files.adopt", { path: "a" });
    const copied = await contentOf(session, info.id);
    expect(copied.length).toBe(info.size);
    expect(copied.length).toBeGreaterThan(262_144);
    expect(createHash("sha256").update(copied).digest("hex")).toBe(info.sha256);
  });

  it("refuses a file over the limit by its size, before it reads", async () => {
    const session = openTestSession({ limits: { fileBytes: 1000 } });
    writeFileSync(join(session.scratch, "at"), randomBytes(1000));
    writeFileSync(join(session.scratch, "over"), "x");
    truncateSync(join(session.scratch, "over"), 2 ** 40);
    expect(await session.refused("files.adopt", { path: "over" })).toMatchObject({ code: -32_602 });
    expect(await session.call("files.adopt", { path: "at" })).toMatchObject({ size: 1000 });
  });
});
