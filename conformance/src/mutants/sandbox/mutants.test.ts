import { useServers } from "../../databases/start-for-test.js";
import { testMutants } from "../kill-for-test.js";

useServers();

testMutants("sandbox", 1);
