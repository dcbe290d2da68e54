import type { Project } from "@sandpipe/spec/v1";
import { StoreError } from "../store-error.js";
import { isStorableText } from "../storable-text.js";
import type { NewProject } from "../store.js";
import type { Database } from "./database.js";

/** The table `projects`. */
export interface Projects {
  create(project: NewProject): Promise<Project>;
  get(id: string): Promise<Project | undefined>;
  find(name: string): Promise<Project | undefined>;
}

interface ProjectRow {
  id: string;
  name: string;
  metadata: string;
}

/** Keeps projects in their table, metadata as JSON. */
export function createProjects({ query, repeat }: Database, newId: () => string): Projects {
  async function read(condition: string, value: string): Promise<Project | undefined> {
    if (!isStorableText(value)) return undefined;
    const [row] = await repeat<ProjectRow>(
      `SELECT id, name, metadata FROM sandpipe.projects WHERE ${condition} ORDER BY number LIMIT 1`,
      [value],
    );
    return row && toProject(row);
  }
  return {
    async create({ id = newId(), name, ...metadata }) {
      if (!isStorableText(id) || !isStorableText(name)) {
        throw new StoreError(
          "store_bad_value",
          "A project's id and name may hold neither NUL nor lone surrogates.",
        );
      }
      await query("INSERT INTO sandpipe.projects (id, name, metadata) VALUES ($1, $2, $3)", [
        id,
        name,
        JSON.stringify(metadata),
      ]);
      return { ...metadata, id, name };
    },
    get: (id) => read("id = $1", id),
    find: (name) => read("name = $1", name),
  };
}

function toProject(row: ProjectRow): Project {
  return { ...(JSON.parse(row.metadata) as Record<string, unknown>), id: row.id, name: row.name };
}
