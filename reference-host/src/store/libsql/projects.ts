import type { Project } from "@sandpipe/spec/v1";
import { StoreError } from "../store-error.js";
import { isStorableText } from "../storable-text.js";
import type { NewProject } from "../store.js";
import type { Connection } from "./connection.js";

/** The table `projects`. */
export interface Projects {
  create(project: NewProject): Project;
  get(id: string): Project | undefined;
  find(name: string): Project | undefined;
}

interface ProjectRow {
  id: string;
  name: string;
  metadata: string;
}

/** Keeps projects in their table, metadata as JSON. */
export function createProjects(connection: Connection, newId: () => string): Projects {
  return {
    create({ id = newId(), name, ...metadata }) {
      if (!isStorableText(id) || !isStorableText(name)) {
        throw new StoreError(
          "store_bad_value",
          "A project's id and name may hold neither NUL nor lone surrogates.",
        );
      }
      connection.run("INSERT INTO projects VALUES (?, ?, ?)", id, name, JSON.stringify(metadata));
      return { ...metadata, id, name };
    },
    get(id) {
      if (!isStorableText(id)) return undefined;
      const row = connection.get<ProjectRow>("SELECT * FROM projects WHERE id = ?", id);
      return row && toProject(row);
    },
    find(name) {
      if (!isStorableText(name)) return undefined;
      const row = connection.get<ProjectRow>(
        "SELECT * FROM projects WHERE name = ? ORDER BY rowid LIMIT 1",
        name,
      );
      return row && toProject(row);
    },
  };
}

function toProject(row: ProjectRow): Project {
  return { ...(JSON.parse(row.metadata) as Record<string, unknown>), id: row.id, name: row.name };
}
