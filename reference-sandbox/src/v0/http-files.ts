import { createHttpClient } from "../http/http-client.js";
import type { HttpAddress } from "../http/http-url.js";
import type { Clock } from "../session/clock.js";
import { lostFailure, type Transport, type TransportEvents } from "../session/transport.js";

/** What HTTP of version 0 needs. */
export interface HttpFilesParts {
  readonly address: HttpAddress;
  /** Version 0 has no authentication; a host of today serves the same route to a token. */
  readonly token: string | undefined;
  readonly clock: Clock;
  readonly events: TransportEvents;
}

const MAX_BODY_BYTES = 64 * 1024 * 1024;
const QUERY = { projectId: "project_id", conversationId: "conversation_id" } as const;

/** `files.list` by `GET {url}/api/mcp/files`, all that version 0 has over HTTP (`http:files:list`). */
export function createHttpFiles({ address, token, clock, events }: HttpFilesParts): Transport {
  const client = createHttpClient({ address, token, clock, maxBodyBytes: MAX_BODY_BYTES });
  return {
    name: "http",
    send(json, _kind, id) {
      const { method, params } = JSON.parse(json) as { method: string; params: Record<string, unknown> };
      if (method !== "files.list") {
        const message = `${method} is not there over HTTP: a host of version 0 has only files.list, so run the script on stdio`;
        queueMicrotask(() => events.onFailed(id, () => ({ code: "not_available", message })));
        return;
      }
      const query = new URLSearchParams();
      for (const [name, key] of Object.entries(QUERY))
        if (params[name] !== undefined) query.set(key, String(params[name]));
      const path = `/api/mcp/files${query.size === 0 ? "" : `?${query}`}`;
      client.send({ method: "GET", path }, (outcome) => {
        if ("broken" in outcome) {
          const { broken, sent } = outcome;
          events.onFailed(id, (name) => lostFailure(name, broken, sent));
          return;
        }
        const { status, body } = outcome.response;
        try {
          if (status !== 200) throw new Error(`HTTP status ${status}`);
          events.onFrame({ id, result: JSON.parse(Buffer.from(body).toString("utf8")) as unknown });
        } catch (cause) {
          const message = `the host answered GET ${path} with ${(cause as Error).message}: 200 with JSON was expected`;
          events.onFailed(id, () => ({ code: "invalid_response", message, data: { status } }));
        }
      });
    },
    hold: (alive) => client.hold(alive),
    flushSync() {},
    setSynchronous() {},
    setMaxFrameBytes() {},
  };
}
