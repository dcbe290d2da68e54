import { testMutants } from "../kill-for-test.js";

testMutants("host", 0);
testMutants("sandbox", 0);
