import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_LIMITS, RPC_ERROR } from "@sandpipe/spec/v1";
import type { ContractMethod, Methods, SessionInfo } from "@sandpipe/spec/v1";
import { openStore } from "../store/open-store.js";
import type { Store } from "../store/store.js";
import { createContractMethods } from "./contract.js";
import { MethodError } from "./method.js";
import type { StorageLimits } from "./storage-quota.js";

/** A session over a real store and a real scratch folder, without the wire. */
export interface TestSession {
  readonly store: Store;
  readonly scratch: string;
  readonly maxResultBytes: number;
  /** Validates and handles, as a host does between whitelist and answer. */
  call<M extends ContractMethod>(
    method: M,
    params?: Methods[M]["params"],
    options?: { maxResultBytes?: number },
  ): Promise<Methods[M]["result"]>;
  /** The same with any params; the error that it must end in. */
  refused(method: ContractMethod, params: unknown): Promise<{ code: number; message: string; data: unknown }>;
  /** Ends the session; what it kept is gone, the store stays. */
  dispose(): Promise<void>;
}

/** What a session is opened with. */
export interface TestSessionOptions {
  readonly store?: Store;
  /** An explicit undefined conversationId: a session without a conversation. */
  readonly session?: { readonly projectId?: string; readonly conversationId?: string | undefined };
  readonly limits?: Partial<StorageLimits>;
}

const opened: (() => Promise<void>)[] = [];

/**
 * Empty stores that sessions without one of their own take before they open one in memory, so that the same tests
 * hold against another store.
 */
export const offered: Store[] = [];

/** Opens a session of project p1, and of conversation c1 unless told otherwise. */
export function openTestSession(options: TestSessionOptions = {}): TestSession {
  const store = options.store ?? offered.shift() ?? openStore(":memory:");
  const { conversationId, ...named } = { projectId: "p1", conversationId: "c1", ...options.session };
  const session: SessionInfo = {
    id: "s1",
    ...named,
    ...(conversationId !== undefined && { conversationId }),
  };
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), "sandpipe-methods-")));
  const { methods, dispose } = createContractMethods(store, options.limits)(session, scratch);
  const maxResultBytes = DEFAULT_LIMITS.maxFrameBytes - 100;

  async function call(
    name: string,
    params: unknown = {},
    limits: { maxResultBytes?: number } = {},
  ): Promise<unknown> {
    const method = methods.find((one) => one.name === name);
    if (method === undefined) throw new Error(`There is no method ${name}`);
    if (!method.validate(params)) throw new MethodError(RPC_ERROR.invalidParams, "The schema refuses it.");
    return method.handle(params, {
      id: "r1",
      session,
      scratch,
      limits: DEFAULT_LIMITS,
      signal: new AbortController().signal,
      maxResultBytes,
      ...limits,
    });
  }

  opened.push(async () => {
    await dispose();
    rmSync(scratch, { recursive: true, force: true });
    if (options.store === undefined) await store.close();
  });
  return {
    store,
    scratch,
    maxResultBytes,
    call: call as TestSession["call"],
    async refused(method, params) {
      const error = await call(method, params).then(
        (result) => {
          throw new Error(`${method} was not refused: ${JSON.stringify(result)}`);
        },
        (error: unknown) => error,
      );
      if (!(error instanceof MethodError)) throw error;
      return { code: error.code, message: error.message, data: error.data };
    },
    dispose: async () => dispose(),
  };
}

/** Ends what the test has opened. */
export async function closeTestSessions(): Promise<void> {
  for (const close of opened.splice(0)) await close();
}

/** Adds a file of the project itself, or of that conversation. */
export async function addFile(
  store: Store,
  id: string,
  content: string | Uint8Array,
  where: { projectId?: string; conversationId?: string; name?: string } = {},
): Promise<void> {
  const file = { projectId: "p1", name: id, ...where };
  const base64 = Buffer.from(content).toString("base64");
  await store.importFixture({ files: [{ id, ...file, content: base64, encoding: "base64" }] });
}
