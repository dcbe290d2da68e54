import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { StreamVector, VectorFile } from "./vector.js";

/** Where the vectors lie in this package. */
export const VECTORS_FOLDER = resolve(import.meta.dirname, "../../vectors");

/** Every vector file of one kind and version, by path. */
export function loadVectorFiles<Vector>(
  protocol: 0 | 1,
  kind: VectorFile<Vector>["kind"],
): { path: string; file: VectorFile<Vector> }[] {
  const folder = join(VECTORS_FOLDER, `v${protocol}`, kind);
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .toSorted()
    .map((name) => ({
      path: join(folder, name),
      file: JSON.parse(readFileSync(join(folder, name), "utf8")) as VectorFile<Vector>,
    }));
}

/** Every stream vector of a version, in the order of its files. */
export function loadStreamVectors(protocol: 0 | 1): StreamVector[] {
  return loadVectorFiles<StreamVector>(protocol, "streams").flatMap(({ file }) => file.vectors);
}
