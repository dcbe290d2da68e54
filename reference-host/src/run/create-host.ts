import { checkedMethods } from "./checked-methods.js";
import { createHostCore } from "./host.js";
import type { Host, HostOptions } from "./host.js";

/**
 * Creates a host; scripts are isolated where that works.
 * @throws TypeError for a method under a reserved name, RangeError for a version that isn't spoken here
 */
export function createHost(options: HostOptions = {}): Host {
  return createHostCore({
    isolation: "auto",
    ...options,
    methods: checkedMethods(options.methods ?? []),
  });
}
