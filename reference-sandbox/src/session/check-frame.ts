import type { Limits } from "@sandpipe/spec/v1";
import type { Failure } from "../errors.js";
import { isDeeperThan } from "../wire/depth.js";

/** Why a frame may not be sent, with what to do instead (`limit:send:call-fails-locally`). */
export function checkFrame(
  json: string,
  what: string,
  limits: Pick<Limits, "maxFrameBytes" | "maxDepth">,
): Failure | undefined {
  const { maxFrameBytes, maxDepth } = limits;
  // A UTF-16 unit is at most 3 bytes, so most frames need no count.
  const bytes = json.length * 3 <= maxFrameBytes ? 0 : Buffer.byteLength(json);
  if (bytes > maxFrameBytes)
    return {
      code: "limit_exceeded",
      message: `${what} would be a frame of ${bytes} bytes, the host takes ${maxFrameBytes}: send less, or by parts`,
      data: { kind: "limit_exceeded", bytes, maxFrameBytes },
    };
  // `limit:send:depth-fails-locally`
  if (isDeeperThan(json, maxDepth))
    return {
      code: "limit_exceeded",
      message: `${what} would nest deeper than the host's limit of ${maxDepth}: flatten it, or send it as text`,
      data: { kind: "limit_exceeded", maxDepth },
    };
  return undefined;
}
