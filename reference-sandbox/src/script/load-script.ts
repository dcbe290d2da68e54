import { pathToFileURL } from "node:url";

/** A loaded script: its default export, or undefined where its top-level code was all. */
export type Main = (context: unknown) => unknown;

/** Loads a script's module; relative and package imports resolve from its own folder. */
export async function loadScript(path: string): Promise<Main | undefined> {
  const module = (await import(pathToFileURL(path).href)) as { default?: unknown };
  return typeof module.default === "function" ? (module.default as Main) : undefined;
}
