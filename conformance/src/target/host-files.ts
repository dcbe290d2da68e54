import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { SeenFrame } from "./host-seen.js";
import type { FileAct } from "./host-plan.js";

/** What an act on files came to: the bytes that were read, or why it failed. */
export interface SeenFile {
  readonly text?: string;
  readonly failed?: string;
}

/** Where a session's files are: the scratch folder that `session.open` told, and paths in answers. */
export interface HostFiles {
  act(act: FileAct): SeenFile;
  /** The scratch folder, when the host told one. */
  scratch(): string | undefined;
}

/** Acts on a session's files in place of the script: kit, probe and host share one machine. */
export function createHostFiles(answers: (id: string | number) => readonly SeenFrame[]): HostFiles {
  const resultOf = (id: string | number): Readonly<Record<string, unknown>> =>
    (answers(id)[0]?.value["result"] ?? {}) as Readonly<Record<string, unknown>>;
  const scratch = (): string | undefined => {
    const { path } = (resultOf("open")["scratch"] ?? {}) as { path?: unknown };
    return typeof path === "string" ? path : undefined;
  };
  const pathOf = (id: string | number): string => String(resultOf(id)["path"]);
  const place = ({ name, kind, text }: Extract<FileAct, { act: "place" }>): SeenFile => {
    const folder = scratch();
    if (folder === undefined) return { failed: "session.open told no scratch folder" };
    const path = join(folder, name);
    if (kind === "file") writeFileSync(path, text);
    else if (kind === "folder") mkdirSync(path);
    else if (kind === "symlink") symlinkSync(text, path);
    else if (kind === "hard-link") linkSync(join(folder, text), path);
    else if (spawnSync("mkfifo", [path]).status !== 0) return { failed: "mkfifo failed" };
    return {};
  };
  return {
    scratch,
    act(act) {
      try {
        if (act.act === "place") return place(act);
        const path = pathOf(act.of);
        if (act.act === "read") return { text: readFileSync(path).toString("base64") };
        chmodSync(path, statSync(path).mode | 0o600);
        writeFileSync(path, act.text);
        return {};
      } catch (error) {
        return { failed: (error as NodeJS.ErrnoException).code ?? String(error) };
      }
    },
  };
}

/** Whether a folder is gone. */
export function isGone(path: string): boolean {
  return !existsSync(path);
}
