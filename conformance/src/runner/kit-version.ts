import { readFileSync } from "node:fs";

/** Version of the kit, from its package.json: beside src/ and dist/ alike. */
export const KIT_VERSION: string = (
  JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string }
).version;
