import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Cover, CoveredVersion } from "./coverage.js";
import { readLock, VERSIONS } from "./versions.js";

type ByRole<T> = Readonly<Record<"host" | "sandbox", readonly T[]>>;
type ByVersion<T> = Readonly<Record<0 | 1, ByRole<T>>>;

/** Each version with what the built kit and the vectors have for it. */
export async function readCover(): Promise<{ version: CoveredVersion; cover: Cover }[]> {
  const { CHECKS } = await load<{ CHECKS: ByVersion<{ readonly id: string }> }>("checks/index.js");
  const { MUTANTS } = await load<{ MUTANTS: ByVersion<Cover["mutants"][number]> }>("mutants/index.js");
  const all = <T>({ host, sandbox }: ByRole<T>): readonly T[] => [...host, ...sandbox];
  return VERSIONS.map(({ name, rows }) => {
    const version = name === "v0" ? 0 : 1;
    return {
      version: { name, rows, mayPlan: readLock(name)?.kitBehind ?? true },
      cover: {
        checks: all(CHECKS[version]).map(({ id }) => id),
        mutants: all(MUTANTS[version]),
        vectors: vectorsOf(name),
      },
    };
  });
}

async function load<T>(module: string): Promise<T> {
  return (await import(pathToFileURL(join(process.cwd(), "conformance/dist", module)).href)) as T;
}

function vectorsOf(version: string): string[][] {
  const folder = join("conformance/vectors", version);
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => {
      const file = JSON.parse(readFileSync(join(folder, name), "utf8")) as {
        vectors: { requirements: string[] }[];
      };
      return file.vectors.map(({ requirements }) => requirements);
    });
}
