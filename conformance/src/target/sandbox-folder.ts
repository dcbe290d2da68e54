import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

/** A working folder of one session. */
export interface WorkingFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** Makes a folder with these files below the kit's own working folder, where a command like `npx` still finds its packages. */
export async function makeWorkingFolder(
  files: Readonly<Record<string, string>>,
  fill: (text: string) => string,
): Promise<WorkingFolder> {
  const parent = resolve(".sandpipe");
  await mkdir(parent, { recursive: true });
  const path = await mkdtemp(join(parent, "folder-"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), fill(text));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 10 }) };
}
