import { LOG_LEVELS } from "../observation/log.js";
import type { LogLevel } from "../observation/log.js";
import { CommandError } from "./command-error.js";

/** Reads `--log-level`. Throws CommandError. */
export function readLogLevel(text: string | undefined, otherwise: LogLevel): LogLevel {
  if (text === undefined) return otherwise;
  const level = LOG_LEVELS.find((one) => one === text);
  if (level !== undefined) return level;
  throw new CommandError(`--log-level is one of ${LOG_LEVELS.join(", ")}, not ${text}`);
}
