import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterEach, expect, it } from "vitest";
import { seededBytes } from "../store/seeded-property.js";
import { closeTestSessions, openTestSession } from "./open-test-session.js";
import { forEachStore } from "./for-each-store.js";

afterEach(closeTestSessions);

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of createReadStream(path)) hash.update(part as Buffer);
  return hash.digest("hex");
}

/** 300 MB of numbers that don't compress, as a script would leave them. */
async function writeParquet(path: string): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1", max_memory: "256MB" });
  const connection = await instance.connect();
  try {
    await connection.run("SELECT setseed(0.5)");
    await connection.run(
      `COPY (SELECT i, random() AS a, random() AS b FROM range(12_600_000) t(i))
       TO '${path}' (FORMAT parquet, COMPRESSION uncompressed)`,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function sumOf(path: string): Promise<unknown> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1", max_memory: "256MB" });
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(
      `SELECT count(*)::int AS n, sum(i)::double AS i, sum(a + b) AS ab FROM read_parquet('${path}')`,
    );
    return reader.getRowObjectsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

forEachStore((openStore) => {
  it("a Parquet file of 300 MB that DuckDB wrote comes back by adopt and materialize, byte for byte", async () => {
    const session = openTestSession({ store: await openStore() });
    const written = join(session.scratch, "numbers.parquet");
    await writeParquet(written);
    const { size } = statSync(written);
    expect(size).toBeGreaterThan(300_000_000);
    const info = await session.call("files.adopt", { path: "numbers.parquet" });
    const sha256 = await sha256Of(written);
    expect(info).toMatchObject({ size, sha256 });
    const { path } = await session.call("files.materialize", { fileId: info.id });
    expect(path).not.toBe(written);
    expect(await sha256Of(path)).toBe(sha256);
    expect(await sumOf(path)).toEqual(await sumOf(written));
  }, 300_000);

  it("a file of 64 MB comes back by an upload in parts and reads in ranges, byte for byte", async () => {
    const session = openTestSession({ store: await openStore() });
    const bytes = seededBytes(67_108_864, 5);
    const { uploadId } = await session.call("files.create", { name: "big.bin" });
    for (let offset = 0; offset < bytes.byteLength;) {
      const content = bytes.subarray(offset, offset + 700_000).toString("base64");
      const answer = await session.call("files.append", { uploadId, offset, content, encoding: "base64" });
      offset = answer.offset;
    }
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const info = await session.call("files.commit", { uploadId, sha256 });
    expect(info).toMatchObject({ size: bytes.byteLength, sha256 });
    for (let offset = 0; offset < bytes.byteLength;) {
      const read = await session.call("files.read", { fileId: info.id, offset, encoding: "base64" });
      const part = Buffer.from(read.content, "base64");
      expect(part.equals(bytes.subarray(offset, offset + part.byteLength))).toBe(true);
      offset += read.length;
    }
  }, 300_000);
});
