// The founding document's wrapper, word for word between the two lines; the rest is what it takes as given.
const ctx: any = {};
// ---- the founding document, from here ----
// In wrapper.ts
let requestId = 0;
const pendingRequests = new Map();
function callBackend(method: string, params: any): Promise<any> {
  return new Promise((resolve, reject) => {
    const id = `req-${++requestId}`;
    pendingRequests.set(id, { resolve, reject });
    console.log(JSON.stringify({ id, method, params }));   // request via stdout
  });
}
process.stdin.on('data', (data) => {                        // responses on stdin
  const response = JSON.parse(data.toString());
  const pending = pendingRequests.get(response.id);
  if (pending) {
    if (response.error) pending.reject(new Error(response.error));
    else pending.resolve(response.result);
    pendingRequests.delete(response.id);
  }
});
ctx.files = { list: async (conversationId) => await callBackend('files.list', { conversationId }) }
// ---- to here ----

/** What the kit's driver calls by. */
ctx.call = callBackend;
const { default: script } = await import(process.argv[2]!);
console.log(JSON.stringify(await script(ctx)));
// Only the listener above would keep it alive.
process.stdin.pause();
