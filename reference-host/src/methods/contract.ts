import { CONTRACT_METHODS } from "@sandpipe/spec/v1";
import type { SessionInfo } from "@sandpipe/spec/v1";
import type { Store } from "../store/store.js";
import { processContentCache } from "../isolation/content-cache.js";
import { createLinkedFiles } from "../isolation/linked-files.js";
import { conversationsGet } from "./conversations-get.js";
import { filesAdopt } from "./files-adopt.js";
import { filesGet } from "./files-get.js";
import { filesList } from "./files-list.js";
import { filesMaterialize } from "./files-materialize.js";
import { filesRead } from "./files-read.js";
import { filesWrite } from "./files-write.js";
import { createMaterialized } from "./materialized.js";
import type { Method, MethodDescription, MethodSource, SessionMethods } from "./method.js";
import { projectsGet } from "./projects-get.js";
import { openScratchFolder } from "./scratch-folder.js";
import { answersStoreFaults } from "./store-faults.js";
import { DEFAULT_STORAGE_LIMITS, createQuota } from "./storage-quota.js";
import type { StorageLimits } from "./storage-quota.js";
import { createUploads } from "./uploads.js";

/** The methods of {@link createContractMethods}, before there is a store. */
export const CONTRACT: readonly MethodDescription[] = Object.keys(CONTRACT_METHODS).map((name) => ({ name }));

/** The contract's own methods over a store; what a session writes stays within the limits. */
export function createContractMethods(store: Store, limits: Partial<StorageLimits> = {}): MethodSource {
  const storage = { ...DEFAULT_STORAGE_LIMITS, ...limits };
  const source = (_session: SessionInfo, scratchPath: string, inputs?: string): SessionMethods => {
    const scratch = openScratchFolder(scratchPath);
    const materialized =
      inputs === undefined
        ? createMaterialized(store, scratch)
        : createLinkedFiles(store, inputs, processContentCache());
    const quota = createQuota(storage);
    const uploads = createUploads(store, quota);
    const methods: readonly Method[] = [
      filesList(store),
      filesGet(store),
      filesRead(store),
      filesMaterialize(store, materialized),
      filesWrite(store, quota),
      ...uploads.methods,
      filesAdopt(store, scratch, quota),
      projectsGet(store),
      conversationsGet(store),
    ];
    return {
      methods: methods.map(answersStoreFaults),
      async dispose() {
        await scratch.close();
        await uploads.discard();
      },
    };
  };
  return Object.assign(source, { describes: CONTRACT });
}
