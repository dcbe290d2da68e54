import { createMemoryRegistry } from "./memory-registry.js";
import { describeRegistry } from "./registry-suite.js";

describeRegistry("in memory", createMemoryRegistry);
