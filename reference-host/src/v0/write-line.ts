import { MethodError } from "../methods/method.js";

/** Line ends to some runtimes' readers: escaped, the line is one to everybody. */
const LINE_ENDS_OF_OTHERS = /[\u0085\u2028\u2029]/g;

/** The response of a call that gave a result, without its LF; throws where the result has no JSON text. */
export function resultLine(id: string, result: unknown): string {
  return oneLine(
    // `call:id:echoed`
    `{"id":${JSON.stringify(id)},"result":${(JSON.stringify(result) as string | undefined) ?? "null"}}`,
  );
}

/** The response of a call that failed: an error is a text (`error:text`). */
export function errorLine(id: string, error: string): string {
  return oneLine(JSON.stringify({ id, error }));
}

/** What a call is told of what its handler threw: nothing but what was meant for it. */
export function errorText(thrown: unknown): { readonly text: string; readonly unexpected: boolean } {
  if (!(thrown instanceof MethodError)) return { text: "The method failed in the host", unexpected: true };
  // An empty text is no error to the document's sandbox.
  return { text: thrown.message || `error ${thrown.code}`, unexpected: thrown.cause !== undefined };
}

// `frame:send:one-line`
function oneLine(json: string): string {
  return json.replace(LINE_ENDS_OF_OTHERS, (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
