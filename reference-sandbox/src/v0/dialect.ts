import type { Dialect } from "../session/dialect.js";

/** Version 0: bare JSON lines, as the founding document writes them. There is no cancel. */
export const DIALECT_V0: Dialect = {
  id: (n) => `req-${n}`,
  request: (id, method, params) =>
    `{"id":${JSON.stringify(id)},"method":${JSON.stringify(method.toWellFormed())},"params":${params ?? "{}"}}`,
  cancel: () => undefined,
  outcomeOf(_, response) {
    const error = response["error"];
    // The document looks at `error` first, and an empty text is none there.
    if (!error) return { result: response["result"] };
    return {
      // `call:error:rejects`
      failure: { code: "host_error", message: typeof error === "string" ? error : JSON.stringify(error) },
    };
  },
};
