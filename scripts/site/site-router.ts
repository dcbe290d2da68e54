import { StructureRouter, type DocumentReflection, type Reflection } from "typedoc";

/** Pages lie where their front matter says; the packages' symbols lie below `api/`. */
export class SiteRouter extends StructureRouter {
  protected override getIdealBaseName(reflection: Reflection): string {
    if (reflection.isDocument()) {
      const { path } = (reflection as DocumentReflection).frontmatter;
      if (typeof path === "string") return path;
    }
    return `api/${super.getIdealBaseName(reflection).replace(/^_?sandpipe[/_]/, "")}`;
  }
}
