#!/usr/bin/env node
// The kit's own host as an adapter, with one fault or oddity by name: what the kit's own tests judge.
import { runSelfHost } from "../dist/self/host/bundle.js";

await runSelfHost(process.argv[2]);
