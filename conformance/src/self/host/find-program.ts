import { accessSync, constants, statSync } from "node:fs";
import { join } from "node:path";

/** Where a program is, looked up like a shell does; undefined when it can't be executed. */
export function findProgram(name: string): string | undefined {
  const folders = name.includes("/") ? [""] : (process.env["PATH"] ?? "").split(":");
  return folders.map((folder) => (folder === "" ? name : join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
