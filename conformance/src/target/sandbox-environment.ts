import { ENVIRONMENT_ALLOW_LIST } from "@sandpipe/spec/v1";
import type { SandboxPlan } from "./sandbox-plan.js";
import type { Version } from "./target.js";

/** The environment that a host gives its sandbox: the allow list, the contract, and what the plan changes. */
export function sandboxEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  contract: Readonly<Record<string, string>>,
  changes: NonNullable<SandboxPlan["env"]>,
  protocol: Version,
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of ENVIRONMENT_ALLOW_LIST) {
    const value = own[name];
    if (value !== undefined) environment[name] = value;
  }
  Object.assign(
    environment,
    {
      ...(protocol === 0 ? {} : { SANDPIPE_PROTOCOL: String(protocol) }),
      SANDPIPE_TRANSPORT: "stdio",
    },
    contract,
  );
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete environment[name];
    else environment[name] = value;
  }
  return environment;
}
