import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What `implementation.json` says of one host or sandbox of this repository. */
export interface Implementation {
  /** The name of its folder. */
  readonly name: string;
  /** One phrase for people. */
  readonly about: string;
  readonly language: string;
  readonly role: "host" | "sandbox";
  /** Versions that it speaks. */
  readonly protocols: readonly number[];
  /** The profile of the kit that it must pass. */
  readonly profile: "core" | "full" | "strict";
  /** Builds it, run in its own folder; empty when there is nothing to build. */
  readonly build: readonly string[];
  /** What the kit is given after `--`, from the root. */
  readonly command: readonly string[];
  /** The driver for `--driver`, from the root, where the kit's own doesn't serve (sandboxes). */
  readonly driver?: string;
  /** Patterns of its own files, relative to its folder; `!` takes out again. */
  readonly sources: readonly string[];
  /** The same for what the kit alone needs: the adapter of a host, the driver of a sandbox. */
  readonly adapter: readonly string[];
}

/** An implementation and where it is. */
export interface FoundImplementation extends Implementation {
  /** From the root. */
  readonly folder: string;
}

/** Every implementation of the repository: the references first, then the others by name. */
export function readImplementations(root = "."): readonly FoundImplementation[] {
  const others = readdirSync(join(root, "implementations")).sort();
  return ["reference-host", "reference-sandbox", ...others.map((name) => `implementations/${name}`)]
    .filter((folder) => existsSync(join(root, folder, "implementation.json")))
    .map((folder) => {
      const text = readFileSync(join(root, folder, "implementation.json"), "utf8");
      return { ...(JSON.parse(text) as Implementation), folder };
    });
}

/** The files below a folder that the patterns name; `**` is any number of folders, `*` part of a name. */
export function matchFiles(folder: string, patterns: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const pattern of patterns) {
    const without = pattern.startsWith("!");
    const matches = toExpression(without ? pattern.slice(1) : pattern);
    const paths = listFiles(folder, pattern).filter((path) => matches.test(path));
    for (const path of paths) {
      if (without) found.delete(path);
      else found.add(path);
    }
  }
  return [...found].sort();
}

/** Lines that hold anything, over the files that the patterns name. */
export function countLines(folder: string, patterns: readonly string[]): number {
  const texts = matchFiles(folder, patterns).map((path) => readFileSync(join(folder, path), "utf8"));
  return texts.reduce((sum, text) => sum + text.split("\n").filter((line) => line.trim() !== "").length, 0);
}

function listFiles(folder: string, pattern: string): readonly string[] {
  // One file, perhaps beside the folder.
  if (!pattern.includes("*")) return [pattern];
  return readdirSync(folder, { recursive: true, encoding: "utf8" });
}

function toExpression(pattern: string): RegExp {
  const parts = pattern.split(/(\*\*\/|\*\*|\*)/).map((part) => {
    if (part === "**/") return "(?:.*/)?";
    if (part === "**") return ".*";
    return part === "*" ? "[^/]*" : part.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`);
}
