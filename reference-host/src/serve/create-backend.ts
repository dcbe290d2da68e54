import { checkedMethods } from "../run/checked-methods.js";
import { serveSessions } from "./serve-sessions.js";
import type { Backend, ServeOptions } from "./serve-sessions.js";

/**
 * Creates a backend that serves scripts which somebody else starts, over HTTP. Rejects where it can't listen,
 * with a TypeError for a method under a reserved name, and with a RangeError for versions that it doesn't speak.
 */
export async function createBackend(options: ServeOptions): Promise<Backend> {
  return await serveSessions({ ...options, methods: checkedMethods(options.methods) });
}
