import { existsSync, readFileSync } from "node:fs";
import { get } from "node:http";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Deviations } from "./deviations.js";

/** What Bun does by itself unless told otherwise, and a sandbox never may (`life:start:no-local-config`): faults only. */
export async function readLocalConfig(deviations: Deviations): Promise<void> {
  if (deviations.has("env-file-read") && existsSync(".env"))
    for (const [, name = "", value] of readFileSync(".env", "utf8").matchAll(/^(\w+)=(.*)$/gm))
      process.env[name] = value;
  if (deviations.has("preload-run") && existsSync("bunfig.toml"))
    await import(pathToFileURL(resolve("preload.mjs")).href);
  const registry = process.env["npm_config_registry"];
  if (deviations.has("package-fetched") && registry !== undefined)
    get(`${registry}/absent`).on("error", () => {});
}
