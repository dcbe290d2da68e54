import type { Failure } from "../errors.js";
import type { HttpResponse } from "./response-decoder.js";

/** What an HTTP answer says of its request. */
export type Answer =
  | { readonly frame: { readonly [member: string]: unknown } }
  | { readonly failureOf: (method: string) => Failure };

const RPC_OK = 200;

/** Reads the answer of the request `id`. Every refusal of the binding is an error object with id null. */
export function readAnswer({ status, headers, body }: HttpResponse, id: unknown): Answer {
  const value = parseObject(body);
  if (status === RPC_OK && value !== undefined && value["id"] === id) return { frame: value };
  const error = errorOf(value);
  // The frame was refused before its id was looked at: nothing ran.
  if (error !== undefined && (status === RPC_OK || status >= 400)) return { failureOf: () => error };
  const said = describe(status, headers);
  return {
    failureOf: (method) => ({
      code: "invalid_response",
      message: `the host answered ${method} with ${said}: this is a fault of the host, or SANDPIPE_HTTP_URL leads elsewhere`,
      data: { status },
    }),
  };
}

function describe(status: number, headers: HttpResponse["headers"]): string {
  // http:redirect:not-followed: the token would travel there.
  if (status >= 300 && status < 400) return `HTTP status ${status}, and redirects are not followed`;
  if (status === RPC_OK)
    return `no response of that call (${headers.get("content-type") ?? "no content type"})`;
  return `HTTP status ${status} without an error object`;
}

function parseObject(body: Uint8Array): { readonly [member: string]: unknown } | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as { readonly [member: string]: unknown })
      : undefined;
  } catch {
    return undefined;
  }
}

function errorOf(value: { readonly [member: string]: unknown } | undefined): Failure | undefined {
  if (value?.["id"] !== null) return undefined;
  const error = value["error"] as { code?: unknown; message?: unknown; data?: unknown } | null | undefined;
  if (!Number.isInteger(error?.code) || typeof error?.message !== "string") return undefined;
  return { code: error.code as number, message: error.message, data: error.data };
}
