import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { report, run } from "./run-script.js";

const MIB = 1024 * 1024;
const FILE_BYTES = 64 * MIB;
/** What a stream may hold beside the file's own size. */
const SPARE_BYTES = 24 * MIB;

let folder: string;
let file: string;
let digest: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "large-data-"));
  file = join(folder, "random.bin");
  const bytes = randomBytes(FILE_BYTES);
  writeFileSync(file, bytes);
  digest = createHash("sha256").update(bytes).digest("hex");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function script(name: string, source: string): string {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, source);
  return path;
}

const WAYS = [
  ["stdio", []],
  ["HTTP on TCP", ["--transport", "http", "--isolation", "none"]],
  ["HTTP on a Unix socket", ["--transport", "http", "--http", "unix"]],
] as const;

const READS = `
  import { createHash } from "node:crypto";
  import { createReadStream } from "node:fs";
  const hash = async (pieces, look = () => {}) => { const sum = createHash("sha256"); for await (const piece of pieces) { sum.update(piece); look(); } return sum.digest("hex"); };
  export default async (ctx) => {
    const [{ id }] = await ctx.files.list();
    for await (const piece of ctx.files.stream(id, { length: 1 })) void piece;
    const before = process.memoryUsage().rss;
    let most = 0;
    const streamed = await hash(ctx.files.stream(id), () => { most = Math.max(most, process.memoryUsage().rss); });
    const bytes = await hash([await ctx.files.bytes(id)]);
    const laidOut = await hash(createReadStream(await ctx.files.materialize(id)));
    return { streamed, bytes, laidOut, held: most - before };
  };`;

/** 10 MB of lines, some long, by both streams' APIs; then one without its end. */
const PRINTS = `
  export default () => {
    for (let n = 0; n < 100_000; n++) n % 2 ? console.log(n + "é".repeat(40)) : process.stdout.write(n + "x".repeat(80) + "\\n");
    process.stdout.write("y".repeat(1_500_000)); process.stdout.write("end");
    END
  };`;
const printed = [
  ...Array.from({ length: 100_000 }, (_, n) => `${n}${n % 2 ? "é".repeat(40) : "x".repeat(80)}\n`),
  "y".repeat(1_500_000),
  "end",
].join("");

describe.each(["bun", "node"])("under %s", (runtime) => {
  describe.each(WAYS)("over %s", (_, way) => {
    it("64 MB are the same bytes by stream and by materialize, and a stream holds no more than them", async () => {
      const options = ["--runtime", runtime, "--import", file, ...way];
      const { result } = await run(script("reads", READS), ...options);
      const { held, ...digests } = result as { [name: string]: string } & { held: number };
      expect(digests).toEqual({ streamed: digest, bytes: digest, laidOut: digest });
      expect(held).toBeLessThan(FILE_BYTES + SPARE_BYTES);
    });

    it("10 MB of prints arrive whole and in order, also right before exit", async () => {
      const options = ["--runtime", runtime, ...way];
      const whole = await run(script("prints", PRINTS.replace("END", "return 1")), ...options);
      expect(whole.output === printed).toBe(true);
      const left = await report(script("exits", PRINTS.replace("END", "process.exit(0)")), ...options);
      expect(left.outcome).toBe("failed");
      expect(left.output === printed).toBe(true);
    });
  });
});
