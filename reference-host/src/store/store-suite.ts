import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { holds, seededBytes } from "./seeded-property.js";
import type { Store, StoredFile } from "./store.js";

/** What a factory gets: a clock and a folder of the test's own. */
export interface StoreSetting {
  readonly now: () => number;
  readonly folder: string;
}

const CHUNK = 262_144;
const P1 = { projectId: "p1" };

/** The promises of {@link Store}, kept by every implementation. */
export function describeStore(name: string, open: (setting: StoreSetting) => Store | Promise<Store>): void {
  describe(name, () => {
    let store: Store;
    let folder: string;
    let clock: number;

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), "sandpipe-store-"));
      clock = Date.UTC(2024, 0, 1);
      store = await open({ now: () => clock, folder });
    });
    afterEach(async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    });

    async function add(content: Uint8Array, file: Partial<StoredFile["info"]> = {}): Promise<StoredFile> {
      const writer = store.writeContent();
      await writer.append(content);
      return writer.finish({ name: "a", projectId: "p1", ...file });
    }

    it("gives back projects with their metadata, also what looks like a prototype", async () => {
      const metadata = JSON.parse(
        '{"team":{"size":3},"__proto__":{"polluted":1},"constructor":[1]}',
      ) as object;
      await store.createProject({ ...metadata, id: "p1", name: "Größe 📐" });
      const found = await store.getProject("p1");
      expect(found).toMatchObject({ id: "p1", name: "Größe 📐", team: { size: 3 }, constructor: [1] });
      expect(Object.hasOwn(found ?? {}, "__proto__")).toBe(true);
      expect(({} as { polluted?: number }).polluted).toBeUndefined();
      expect(await store.findProject("Größe 📐")).toEqual(found);
      expect(await store.getProject("p2")).toBeUndefined();
    });

    it("makes ids for what has none", async () => {
      const [a, b] = [await store.createProject({ name: "x" }), await store.createProject({ name: "x" })];
      expect(a.id).not.toBe(b.id);
      expect(await store.findProject("x")).toEqual(a);
    });

    it("refuses a second entry of the same id and keeps the first", async () => {
      await store.createProject({ id: "p1", name: "first" });
      await add(Buffer.from("first"), { id: "f1" });
      await expect((async () => store.createProject({ id: "p1", name: "second" }))()).rejects.toMatchObject({
        code: "store_duplicate",
      });
      await expect(add(Buffer.from("second"), { id: "f1" })).rejects.toMatchObject({
        code: "store_duplicate",
      });
      const kept = (await store.getFile("f1", P1)) as StoredFile;
      expect(Buffer.from(await store.readContent(kept.content, 0, 99)).toString()).toBe("first");
    });

    it("keeps messages in their order, any text in them", async () => {
      await store.createConversation({ id: "c1", projectId: "p1", title: "T" });
      const texts = ["a\0b", "\ud800", "x".repeat(300_000), "\u2028", ""];
      for (const content of texts) await store.appendMessage("c1", { role: "user", content });
      const all = await store.listMessages("c1", 0, 100);
      expect(all.map((message) => message.content)).toEqual(texts);
      expect(all[0]?.at).toBe("2024-01-01T00:00:00.000Z");
      expect(await store.listMessages("c1", 1, 2)).toEqual(all.slice(1, 3));
      expect(await store.listMessages("c2", 0, 2)).toEqual([]);
    });

    it("finds a file in its scope only", async () => {
      await add(Buffer.from("1"), { id: "own" });
      await add(Buffer.from("2"), { id: "c1", conversationId: "c1" });
      await add(Buffer.from("3"), { id: "c2", conversationId: "c2" });
      await add(Buffer.from("4"), { id: "other", projectId: "p2" });
      const ids = async (query: Parameters<Store["listFiles"]>[0]): Promise<string[]> =>
        (await store.listFiles(query)).map((file) => file.info.id);
      const inC1 = { ...P1, conversationId: "c1" };
      expect(await ids({ scope: P1, limit: 9 })).toEqual(["own"]);
      expect(await ids({ scope: inC1, limit: 9 })).toEqual(["own", "c1"]);
      expect(await ids({ scope: inC1, conversationOnly: true, limit: 9 })).toEqual(["c1"]);
      expect(await ids({ scope: P1, conversationOnly: true, limit: 9 })).toEqual([]);
      expect(await store.getFile("c1", P1)).toBeUndefined();
      expect(await store.getFile("c2", inC1)).toBeUndefined();
      expect(await store.getFile("other", inC1)).toBeUndefined();
      expect((await store.getFile("c1", inC1))?.info.size).toBe(1);
    });

    it("takes no text for another that only begins like it", async () => {
      await add(Buffer.from("1"), { id: "f1" });
      await add(Buffer.from("1"), { id: "f\ufffd" });
      for (const id of ["f1\0", "f1\0x", "f\ud800", "F1", "f1 ", "%66%31", "f%", "f_", ""]) {
        expect(await store.getFile(id, P1), JSON.stringify(id)).toBeUndefined();
      }
      for (const name of ["a\0b", "\ud800"]) {
        await expect(add(Buffer.from("1"), { name })).rejects.toMatchObject({ code: "store_bad_value" });
      }
    });

    it("reads any range of a content written in any parts", async () => {
      await holds(
        fc.asyncProperty(
          fc.array(fc.nat({ max: CHUNK + 5000 }), { maxLength: 6 }),
          fc.array(fc.tuple(fc.nat({ max: 6 * CHUNK }), fc.nat({ max: 3 * CHUNK })), { maxLength: 8 }),
          fc.nat(),
          async (sizes, ranges, seed) => {
            const parts = sizes.map((size, n) => seededBytes(size, seed + 2 * n));
            const whole = Buffer.concat(parts);
            const writer = store.writeContent();
            for (const part of parts) await writer.append(part);
            const edges = [0, CHUNK - 1, CHUNK, CHUNK + 1].map((at): [number, number] => [at, CHUNK]);
            for (const [offset, length] of [...ranges, ...edges, [whole.length, 5] as [number, number]]) {
              const read = Buffer.from(await writer.read(offset, length));
              expect(read.equals(whole.subarray(offset, offset + length))).toBe(true);
            }
            expect(writer.length).toBe(whole.length);
            const stored = await writer.finish({ name: "a", projectId: "p1" });
            expect(stored.info.size).toBe(whole.length);
            expect(stored.info.sha256).toBe(createHash("sha256").update(whole).digest("hex"));
            for (const [offset, length] of [...ranges, ...edges]) {
              const read = Buffer.from(await store.readContent(stored.content, offset, length));
              expect(read.equals(whole.subarray(offset, offset + length))).toBe(true);
            }
          },
        ),
        25,
      );
    });

    it("shows nothing of a content before it is finished, nor after it was given up", async () => {
      const writer = store.writeContent();
      await writer.append(seededBytes(CHUNK * 2 + 7, 1));
      expect(await store.listFiles({ scope: P1, limit: 9 })).toEqual([]);
      await writer.discard();
      expect(await store.listFiles({ scope: P1, limit: 9 })).toEqual([]);
      await expect((async () => writer.finish({ name: "a", projectId: "p1" }))()).rejects.toMatchObject({
        code: "store_bad_value",
      });
    });

    it("keeps a writer usable when filing failed", async () => {
      await add(Buffer.from("1"), { id: "f1" });
      const writer = store.writeContent();
      await writer.append(Buffer.from("abc"));
      await expect((async () => writer.finish({ id: "f1", name: "a", projectId: "p1" }))()).rejects.toThrow();
      await writer.append(Buffer.from("def"));
      const stored = await writer.finish({ id: "f2", name: "a", projectId: "p1" });
      expect(Buffer.from(await store.readContent(stored.content, 0, 9)).toString()).toBe("abcdef");
    });

    it("lists every file once over its pages while others are added and the clock jumps", async () => {
      await holds(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 4 }),
          fc.array(fc.tuple(fc.nat({ max: 3 }), fc.integer({ min: -5, max: 5 })), { maxLength: 12 }),
          fc.uuid(),
          async (limit, arrivals, projectId) => {
            const scope = { projectId };
            const added: string[] = [];
            const seen: string[] = [];
            const arrive = async (count: number): Promise<void> => {
              for (let n = 0; n < count; n += 1) {
                added.push((await add(Buffer.from("x"), { projectId })).info.id);
              }
            };
            await arrive(3);
            let after: number | undefined;
            const schedule = [...arrivals];
            for (;;) {
              const page = await store.listFiles({ scope, limit, ...(after !== undefined && { after }) });
              seen.push(...page.map((file) => file.info.id));
              if (page.length === 0 && schedule.length === 0) break;
              after = page.at(-1)?.position ?? after;
              const [count, jump] = schedule.shift() ?? [0, 0];
              clock += jump;
              await arrive(count);
            }
            expect(seen).toEqual(added);
          },
        ),
        40,
      );
    });

    it("imports a file from the disk by its name", async () => {
      const path = join(folder, "flights.csv");
      const bytes = seededBytes(CHUNK * 3 + 1, 1);
      writeFileSync(path, bytes);
      const info = await store.importFile(path, { projectId: "p1", conversationId: "c1", mime: "text/csv" });
      expect(info).toMatchObject({
        name: "flights.csv",
        size: bytes.length,
        projectId: "p1",
        conversationId: "c1",
        mime: "text/csv",
        sha256: createHash("sha256").update(bytes).digest("hex"),
      });
      const link = join(folder, "link.csv");
      symlinkSync(path, link);
      expect(await store.importFile(link, P1)).toMatchObject({ name: "link.csv", size: bytes.length });
    });

    it("says which file it can't import, and stores nothing of it", async () => {
      for (const path of [join(folder, "not there"), folder, "/dev/null"]) {
        const attempt = store.importFile(path, P1);
        await expect(attempt).rejects.toMatchObject({ code: "import_unreadable" });
        await expect(attempt).rejects.toThrow(path);
      }
      expect(await store.listFiles({ scope: P1, limit: 9 })).toEqual([]);
    });

    it("takes in a fixture with its own ids", async () => {
      await store.importFixture({
        projects: [{ id: "p1", name: "P", note: "n" }],
        conversations: [
          {
            id: "c1",
            projectId: "p1",
            messages: [{ role: "user", content: "hi", at: "2024-01-01T00:00:00Z" }],
          },
        ],
        files: [
          { id: "f1", projectId: "p1", name: "../../etc/passwd", content: "ä", encoding: "utf8" },
          { id: "f2", projectId: "p1", conversationId: "c1", name: "b", content: "/wA=", encoding: "base64" },
        ],
      });
      const files = await store.listFiles({ scope: { ...P1, conversationId: "c1" }, limit: 9 });
      expect(files.map((file) => [file.info.id, file.info.name, file.info.size])).toEqual([
        ["f1", "../../etc/passwd", 2],
        ["f2", "b", 2],
      ]);
      expect(await store.getProject("p1")).toEqual({ id: "p1", name: "P", note: "n" });
      expect(await store.getConversation("c1")).toEqual({ id: "c1", projectId: "p1" });
      expect(await store.listMessages("c1", 0, 9)).toHaveLength(1);
    });

    it("refuses to be used after it was closed", async () => {
      await store.close();
      await expect((async () => store.getProject("p1"))()).rejects.toMatchObject({
        code: "store_unavailable",
      });
      await expect(
        (async () => store.writeContent().finish({ name: "a", projectId: "p" }))(),
      ).rejects.toThrow(/closed/);
    });
  });
}
