type Print = (...values: unknown[]) => void;

const METHODS = [
  ...["log", "info", "debug", "error", "warn", "assert", "dir", "dirxml", "table", "trace"],
  ...["group", "groupCollapsed", "timeLog"],
];

/**
 * Keeps what a value throws when Node makes it text (its own inspect function, a toString) from the script that prints
 * it (`output:print:never-throws`, R37); Bun's console throws nothing.
 */
export function installNodeConsole(): void {
  const methods = console as unknown as Record<string, Print>;
  for (const name of METHODS) {
    const print = (methods[name] as Print).bind(console);
    methods[name] = (...values) => {
      try {
        print(...values);
      } catch {
        print(...values.map(printable));
      }
    };
  }
}

function printable(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    return process.getBuiltinModule("node:util").inspect(value);
  } catch (error) {
    return `[a value that can't be printed: ${reason(error)}]`;
  }
}

function reason(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return "what it throws can't be either";
  }
}
