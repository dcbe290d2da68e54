import type { WireObject } from "../wire/decode.js";
import { createHostHttp, type HostHttp, type SeenHttp } from "./host-http.js";
import type { HostStep } from "./host-plan.js";
import { placeOf, type HttpAddress, type HttpAsk } from "./http-ask.js";
import { listeningOn } from "./listening-on.js";
import type { Version } from "./target.js";
import type { Recorder } from "./transcript.js";

/** Steps that go over HTTP. */
export type HttpStep = Extract<
  HostStep,
  { do: "http" | "post" | "await-http" | "cut-http" | "idle" | "bound" }
>;

/** What HTTP steps need of their session. */
export interface HttpStepsParts {
  readonly recorder: Recorder;
  /** Version 0 has no tokens. */
  readonly speaks: Version;
  /** A token of a session that has ended. */
  readonly ended: string | undefined;
  /** The probe's environment; undefined when the probe doesn't tell. */
  environment(): Promise<Readonly<Record<string, string>> | undefined>;
  awaitNamed(about: string, holds: () => boolean, withinMs?: number): Promise<boolean>;
  /** A request goes out. */
  sent(id: string | number, method: string): void;
  /** A response came. */
  response(value: WireObject, text: string, at: number): void;
  /** Something came that may be awaited. */
  notify(): void;
}

/** HTTP as a session's steps use it. */
export interface HttpSteps {
  carryOut(step: HttpStep): Promise<boolean>;
  /** POSTs one request without waiting. */
  request(id: string | number, method: string, params: unknown): Promise<boolean>;
  readonly exchanges: readonly SeenHttp[];
  readonly address: HttpAddress | undefined;
  readonly bound: readonly string[];
  close(): void;
}

/** Creates the steps; nothing is connected to before the first of them. */
export function createHttpSteps(parts: HttpStepsParts): HttpSteps {
  let address: HttpAddress | undefined;
  let client: HostHttp | undefined;
  let bound: readonly string[] = [];
  let posts = 0;

  const onEnded = ({ answer, json, at }: SeenHttp): void => {
    if (answer?.status === 200 && typeof json === "object" && json !== null && Object.hasOwn(json, "jsonrpc"))
      parts.response(json as WireObject, answer.body.toString("utf8"), at);
    parts.notify();
  };
  /** The client, once the probe has told what its environment says. */
  const ready = async (): Promise<HostHttp | undefined> => {
    if (client !== undefined) return client;
    const environment = await parts.environment();
    if (environment === undefined) return undefined;
    const { SANDPIPE_HTTP_URL: url = "", SANDPIPE_HTTP_TOKEN: token = "" } = environment;
    const guarded = parts.speaks === 1;
    const about = `an address in SANDPIPE_HTTP_URL${guarded ? " and a token in SANDPIPE_HTTP_TOKEN" : ""}`;
    const told = placeOf(url) !== undefined && (token !== "" || !guarded);
    if (!(await parts.awaitNamed(about, () => told, 0))) return undefined;
    address = { url, token, ended: parts.ended };
    client = createHostHttp({ address, recorder: parts.recorder, ended: onEnded });
    return client;
  };
  const send = (http: HostHttp, as: string, ask: HttpAsk, connection?: string): void => {
    const { body } = ask;
    if (body !== undefined && "frame" in body) {
      const { id, method } = body.frame as { id?: string | number; method?: string };
      if (id !== undefined && method !== undefined) parts.sent(id, method);
    }
    http.send(as, ask, connection);
  };
  const awaitAnswers = (http: HostHttp, names: readonly string[]): Promise<boolean> => {
    const ended = (as: string): boolean => http.exchanges.get(as)?.endedMs !== undefined;
    return parts.awaitNamed(`the HTTP answer of ${names.join(", ")}`, () => names.every(ended));
  };

  return {
    async carryOut(step) {
      if (step.do === "idle") {
        await new Promise((next) => setTimeout(next, step.ms));
        return true;
      }
      const http = await ready();
      if (http === undefined) return false;
      switch (step.do) {
        case "http":
          send(http, step.as, step.ask, step.connection);
          return step.held === true || awaitAnswers(http, [step.as]);
        case "post":
          for (const body of step.parts) send(http, `post-${++posts}`, { body });
          return true;
        case "await-http":
          return awaitAnswers(http, step.of);
        case "cut-http":
          http.cut(step.of);
          return true;
        case "bound": {
          const place = placeOf(address?.url ?? "");
          bound = place !== undefined && "port" in place ? listeningOn(place.port) : [];
          return true;
        }
      }
    },
    async request(id, method, params) {
      const http = await ready();
      if (http === undefined) return false;
      send(http, `post-${++posts}`, { body: { frame: { jsonrpc: "2.0", id, method, params } } });
      return true;
    },
    get exchanges() {
      return [...(client?.exchanges.values() ?? [])];
    },
    get address() {
      return address;
    },
    get bound() {
      return bound;
    },
    close: () => client?.close(),
  };
}
