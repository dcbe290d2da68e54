import { randomUUID } from "node:crypto";
import type { Limits } from "@sandpipe/spec/v1";
import type { FileView } from "../http/file-routes.js";
import type { Method, MethodSource } from "../methods/method.js";
import { describeFault } from "../observation/log.js";
import type { Log } from "../observation/log.js";
import { createSessionFolder } from "../process/session-folder.js";
import { gatherFacts } from "../run/session-facts.js";
import type { Scope } from "./scope.js";

/** What version 0 shows to whoever asks: the files of one scope, for as long as the backend listens. */
export interface OpenList {
  readonly view: FileView;
  /** Gives up what its methods keep. */
  close(): Promise<void>;
}

/** What an open list is made of. */
export interface OpenListParts {
  readonly scope: Scope;
  readonly methods: readonly (Method | MethodSource)[];
  readonly whitelist?: readonly string[];
  readonly limits: Limits;
  /** Told of a list that failed. */
  readonly log?: Log;
}

/** Creates the list that is open without a token (`http:files:list`): by the same methods as a session's. */
export function createOpenList({ scope, log, ...parts }: OpenListParts): OpenList {
  const folder = createSessionFolder();
  const session = { id: randomUUID(), ...scope };
  const { facts, dispose } = gatherFacts({ ...parts, session, scratch: folder.scratch });
  return {
    view: {
      facts,
      observer: {
        handlerFailed: (method, error) =>
          log?.write("error", "method failed without a token", { method, error: describeFault(error) }),
      },
    },
    async close() {
      await dispose();
      folder.remove();
    },
  };
}
