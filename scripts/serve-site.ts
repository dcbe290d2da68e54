/** `npm run docs:serve [-- PORT]`: serves docs/site/ on this machine alone; any free port by default. */
import { serveFolder } from "./site/serve-folder.js";

const [port = "0"] = process.argv.slice(2);
if (!/^\d{1,5}$/.test(port)) {
  console.error(`${port} is no port. Usage: npm run docs:serve [-- PORT]`);
  process.exit(64);
}
const { url } = await serveFolder("docs/site", Number(port)).catch((error: Error) => {
  console.error(error.message);
  process.exit(69);
});
console.log(`${url} (Ctrl-C ends it)`);
