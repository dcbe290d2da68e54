const MASK = "[redacted]";
const SECRET_NAME = /^(?:password|token|secret)$/i;
const USER_INFO = /^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i;

/** A frame's JSON text without the credentials that the answer of `session.open` may carry, for traces and logs. */
export function redactFrame(json: string): string {
  if (!json.includes('"datasources"')) return json;
  return JSON.stringify(
    JSON.parse(json, (name, value: unknown) => {
      if (typeof value !== "string") return value;
      return SECRET_NAME.test(name) ? MASK : value.replace(USER_INFO, `$1${MASK}@`);
    }),
  );
}
