import { CONTRACT_METHODS } from "@sandpipe/spec/v1";
import type { Project, ProjectsGetParams } from "@sandpipe/spec/v1";
import { ProjectsGetParams as validate } from "#validators";
import { chain } from "../store/eventual.js";
import type { Store } from "../store/store.js";
import type { Method } from "./method.js";
import { notFound } from "./method-fault.js";
import { assertInScope } from "./session-scope.js";

/** `projects.get`: the session's project with its metadata (`data:project:get`). */
export function projectsGet(store: Store): Method<ProjectsGetParams, Project> {
  return {
    name: "projects.get",
    ...CONTRACT_METHODS["projects.get"],
    validate,
    handle({ projectId }, { session }) {
      assertInScope({ projectId }, session);
      return chain(store.getProject(session.projectId), (project) => {
        if (project === undefined) throw notFound("project");
        return project;
      });
    },
  };
}
