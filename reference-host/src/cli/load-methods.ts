import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { CONTRACT } from "../methods/contract.js";
import type { Method, MethodSource } from "../methods/method.js";
import { checkMethodName } from "../run/method-name.js";
import { CommandError } from "./command-error.js";

/**
 * Loads the host's own methods from modules whose default export is one, or an array of them.
 * @throws CommandError for a module that can't be loaded or exports something else
 */
export async function loadMethods(files: readonly string[]): Promise<(Method | MethodSource)[]> {
  const loaded: (Method | MethodSource)[] = [];
  const names = new Set(CONTRACT.map(({ name }) => name));
  for (const file of files) {
    const exported = await load(file);
    const entries: readonly unknown[] = Array.isArray(exported) ? exported : [exported];
    for (const entry of entries) {
      if (!isMethod(entry)) {
        throw new CommandError(
          `${file} must export by default what defineMethod gives, or an array of it: export default defineMethod(…)`,
        );
      }
      if (typeof entry !== "function") checkName(file, entry.name, names);
      loaded.push(entry);
    }
  }
  return loaded;
}

function checkName(file: string, name: string, names: Set<string>): void {
  try {
    checkMethodName(name);
  } catch (error) {
    throw new CommandError(`${file}: ${(error as Error).message}`);
  }
  if (names.has(name))
    throw new CommandError(`${file}: the method ${name} is there already; give it another name`);
  names.add(name);
}

async function load(file: string): Promise<unknown> {
  try {
    const module = (await import(pathToFileURL(resolve(file)).href)) as { readonly default?: unknown };
    return module.default;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(`The methods of ${file} can't be loaded: ${reason}`);
  }
}

function isMethod(entry: unknown): entry is Method | MethodSource {
  if (typeof entry === "function") return true;
  if (typeof entry !== "object" || entry === null) return false;
  const { name, validate, handle } = entry as Partial<Method>;
  return typeof name === "string" && typeof validate === "function" && typeof handle === "function";
}
