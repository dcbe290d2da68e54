import { testMutants } from "../kill-for-test.js";

testMutants("host", 1);
