import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** Every link of a built site that leads to no file or no anchor of it, or off the machine for what a page loads. */
export function deadLinks(folder: string): string[] {
  const pages = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".html"),
  );
  // What a script writes into its page isn't there yet.
  const read = (path: string): string =>
    readFileSync(join(folder, path), "utf8").replaceAll(/(<script[^>]*>)[^]*?<\/script>/g, "$1</script>");
  const texts = new Map(pages.map((path) => [path, read(path)]));
  const anchors = new Map([...texts].map(([path, text]) => [path, anchorsOf(text)]));
  return [...texts].flatMap(([path, text]) => {
    const loaded = [...text.matchAll(/<(?:script|img|link)[^>]*? (?:src|href)="(https?:[^"]*)"/g)];
    const dead = [...text.matchAll(/ (?:href|src)="([^"]*)"/g)].flatMap(([, link = ""]) => {
      if (/^(?:https?:|mailto:|data:|#icon-)/.test(link) || link === "#") return [];
      const [file = "", anchor = ""] = link.split("#");
      const target =
        file === "" ? path : normalize(join(dirname(path), decodeURIComponent(file.split("?")[0] ?? "")));
      if (!existsSync(join(folder, target))) return [`${path}: ${link} is no file of the site`];
      if (anchor === "" || anchors.get(target)?.has(decodeURIComponent(anchor))) return [];
      return [`${path}: ${link}: no such anchor`];
    });
    return [...new Set([...loaded.map(([, link]) => `${path}: loads ${link}`), ...dead])];
  });
}

function anchorsOf(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/ id="([^"]*)"/g)].map(([, id = ""]) => id));
}
