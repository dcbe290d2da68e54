import { testMutants } from "../kill-for-test.js";

testMutants("sandbox", 1);
