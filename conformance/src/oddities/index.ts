import type { Role } from "../target/target.js";
import { HOST_ODDITIES } from "./host/index.js";
import type { Oddity } from "./oddity.js";
import { SANDBOX_ODDITIES } from "./sandbox/index.js";

/** The ways in which the kit's own subject of a role can be right but unusual. */
export function odditiesOf(role: Role): readonly Oddity[] {
  return role === "host" ? HOST_ODDITIES : SANDBOX_ODDITIES;
}
