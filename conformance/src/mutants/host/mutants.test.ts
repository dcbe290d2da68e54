import { ensureOnPath } from "../../../../scripts/services/install.js";
import { testMutants } from "../kill-for-test.js";

ensureOnPath("bwrap", "bubblewrap");
testMutants("host", 1);
