import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { VectorData } from "@sandpipe/playground";

/** Every stream vector of both versions, as the playground carries them. */
export function vectorData(): readonly VectorData[] {
  return ([1, 0] as const).flatMap((protocol) => {
    const folder = join(import.meta.dirname, `../conformance/vectors/v${protocol}/streams`);
    return readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .sort()
      .flatMap((name) => {
        const file = JSON.parse(readFileSync(join(folder, name), "utf8")) as {
          vectors: Omit<VectorData, "protocol">[];
        };
        return file.vectors.map((vector) => ({ ...vector, protocol }));
      });
  });
}
