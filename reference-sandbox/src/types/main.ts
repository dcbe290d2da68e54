import { readFileSync } from "node:fs";
import { messageOf } from "../errors.js";
import { readOpenRpc, writeTypes } from "./write-types.js";

const USAGE_EXIT = 64;
const STDIN = 0;

const [, , path] = process.argv;
try {
  const text = readFileSync(path === undefined || path === "-" ? STDIN : path, "utf8");
  process.stdout.write(await writeTypes(readOpenRpc(text)));
} catch (error) {
  process.stderr.write(`sandpipe-sandbox types: ${messageOf(error)}\n`);
  process.exitCode = USAGE_EXIT;
}
