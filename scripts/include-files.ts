const INCLUDE = /(<!-- include (\S+) -->\n\n```[a-z]+[^\n]*\n)[^]*?(\n```\n)/g;

/** A page with the present text of each file that it includes, in the fence behind `<!-- include PATH -->`. */
export function includeFiles(page: string, read: (path: string) => string): string {
  return page.replaceAll(
    INCLUDE,
    (_, open: string, path: string, close: string) => `${open}${read(path).trimEnd()}${close}`,
  );
}
