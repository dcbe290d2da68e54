import { existsSync, readFileSync, readdirSync, realpathSync, statSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { SpawnError, findCommand } from "../process/find-command.js";
import { isWithin } from "./bwrap-arguments.js";

/** From what it follows which files an isolated script may read. */
export interface Visibility {
  /** The command as it will be spawned; its program is an absolute path. */
  readonly command: readonly string[];
  /** PATH of the sandbox, by which its command finds a runtime. */
  readonly path: string | undefined;
  readonly script?: string;
  /** Files and folders beyond these. */
  readonly readable: readonly string[];
  /** Files of the host's own that stay out of sight where they lie in a folder that is visible, such as its store. */
  readonly hidden: readonly string[];
}

const RUNTIMES = ["bun", "node"];

/** What is named to a runtime by its folder, and read by it. */
const MANIFESTS = ["package.json", "tsconfig.json"];

/**
 * The files that an isolated script may read (`life:isolation:no-host-files`): runtimes, the sandbox's package and
 * what it depends on, the script with its folder and the packages that it can import.
 */
export function visibleFiles({ command, path, script, readable, hidden }: Visibility): string[] {
  const seen = new Set<string>();
  const see = (file: string): void => {
    for (const one of [file, realpathSync(file)])
      for (const part of withoutHidden(one, hidden)) seen.add(part);
  };
  const packages = new Set<string>();

  /** A package, the node_modules that it finds, and packages that are links out of these, as in a workspace. */
  const seePackage = (folder: string, whole: boolean): void => {
    if (packages.has(folder)) return;
    packages.add(folder);
    if (whole) see(folder);
    const modules = modulesOf(folder);
    modules.forEach(see);
    for (const name of dependenciesOf(folder)) {
      const place = modules.map((one) => join(one, name)).find((one) => existsSync(one));
      if (place === undefined) continue;
      const real = realpathSync(place);
      if (!modules.some((one) => isWithin(real, one))) seePackage(real, true);
    }
  };
  const seeProgram = (file: string): void => {
    for (const one of [file, realpathSync(file)]) {
      const installed = one.indexOf("/node_modules/");
      const folder = installed >= 0 ? undefined : packageOf(one);
      if (installed >= 0) seePackage(one.slice(0, installed), false);
      else if (folder !== undefined && mayBeSeen(folder)) seePackage(folder, true);
      else see(one);
    }
  };

  const [program = "", ...args] = command;
  const files = [program, ...args.filter((arg) => arg !== script && isFile(arg))];
  files.forEach(seeProgram);
  for (const name of RUNTIMES) {
    const runtime = find(name, path);
    if (runtime !== undefined) see(runtime);
  }
  if (script !== undefined && existsSync(script)) {
    for (const one of new Set([script, realpathSync(script)])) {
      const folder = dirname(one);
      see(mayBeSeen(folder) ? folder : one);
      const owner = packageOf(one);
      for (const name of owner === undefined ? [] : MANIFESTS) {
        if (existsSync(join(owner as string, name))) see(join(owner as string, name));
      }
      seePackage(owner ?? folder, false);
      modulesOf(folder).forEach(see);
    }
  }
  for (const path of readable) {
    if (!existsSync(path)) throw new SpawnError(`There is no ${path} for the script to read: check its path`);
    see(path);
  }
  return [...seen];
}

/** Whether a script's folder is one of its own: who puts a script into the home folder doesn't mean to show all of it. */
function mayBeSeen(folder: string): boolean {
  return ![homedir(), tmpdir(), realpathSync(tmpdir()), "/etc", "/root", "/home"].some((one) =>
    isWithin(one, folder),
  );
}

/** The folder, or, where a hidden file lies in it, its other entries one by one. */
function withoutHidden(path: string, hidden: readonly string[]): string[] {
  // A database has files beside it: `store.db-wal`.
  if (hidden.some((one) => path === one || (path.startsWith(`${one}-`) && isFile(path)))) return [];
  if (!hidden.some((one) => isWithin(one, path))) return [path];
  return readdirSync(path).flatMap((name) => withoutHidden(join(path, name), hidden));
}

function modulesOf(folder: string): string[] {
  const found = join(folder, "node_modules");
  const here = existsSync(found) ? [found] : [];
  return folder === dirname(folder) ? here : [...here, ...modulesOf(dirname(folder))];
}

function packageOf(file: string): string | undefined {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
  }
  return undefined;
}

function dependenciesOf(folder: string): string[] {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, object>;
    const kinds = ["dependencies", "optionalDependencies", "peerDependencies", "devDependencies"];
    return kinds.flatMap((kind) => Object.keys(manifest[kind] ?? {}));
  } catch {
    return [];
  }
}

function isFile(path: string): boolean {
  return isAbsolute(path) && (statSync(path, { throwIfNoEntry: false })?.isFile() ?? false);
}

function find(name: string, path: string | undefined): string | undefined {
  try {
    return findCommand(name, path);
  } catch {
    return undefined;
  }
}
