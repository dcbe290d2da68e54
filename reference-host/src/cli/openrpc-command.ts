import { parseArgs } from "node:util";
import { CONTRACT } from "../methods/contract.js";
import { describeMethods } from "../run/describe-methods.js";
import { CommandError } from "./command-error.js";
import { loadMethods } from "./load-methods.js";

/** The OpenRPC document of what a script may call, or undefined where help was asked for. Throws CommandError. */
export async function openrpcCommand(args: readonly string[]): Promise<string | undefined> {
  const values = parse(args);
  if (values.help) return undefined;
  const methods = await loadMethods(values.methods ?? []);
  const document = await describeMethods([...CONTRACT, ...methods]);
  return `${JSON.stringify(document, null, 2)}\n`;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { methods: { type: "string", multiple: true }, help: { type: "boolean", short: "h" } },
    }).values;
  } catch (error) {
    const [sentence] = (error as Error).message.split(". ");
    throw new CommandError(`${sentence}: see sandpipe-host openrpc --help`);
  }
}
