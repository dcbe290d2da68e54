import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Cover, CoveredVersion } from "./coverage.js";
import { readLock, VERSIONS } from "./versions.js";

type Registry = Readonly<Record<string, readonly { readonly id: string }[]>>;
type Mutants = Readonly<Record<string, Cover["mutants"]>>;

/** Each version with what the built kit and the vectors have for it. The kit's checks are of v1 so far. */
export async function readCover(): Promise<{ version: CoveredVersion; cover: Cover }[]> {
  const registry = await load<Registry>("checks/index.js");
  const checks = [...(registry["HOST_CHECKS"] ?? []), ...(registry["SANDBOX_CHECKS"] ?? [])];
  const mutants = [
    ...((await load<Mutants>("mutants/host/index.js"))["HOST_MUTANTS"] ?? []),
    ...((await load<Mutants>("mutants/sandbox/index.js"))["SANDBOX_MUTANTS"] ?? []),
  ];
  return VERSIONS.map(({ name, rows }) => ({
    version: { name, rows, mayPlan: readLock(name)?.kitBehind ?? true },
    cover: {
      checks: name === "v1" ? checks.map(({ id }) => id) : [],
      mutants: name === "v1" ? mutants : [],
      vectors: vectorsOf(name),
    },
  }));
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
