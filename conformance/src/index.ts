/** The conformance kit as a library: judge a host or a sandbox by its command line. */
export { judge, judgeTarget } from "./runner/judge.js";
export { UsageError } from "./runner/usage-error.js";
export type { JudgeOptions, JudgeSettings } from "./runner/judge.js";
export { hostCheck, sandboxCheck } from "./checks/check.js";
export type { AnyCheck, Check, Fact, HostCheck, Reach, SandboxCheck } from "./checks/check.js";
export type { CheckResult, CheckVerdict, Failure, Report, ReportedFact } from "./report/report.js";
export { KitFault, SubjectError } from "./target/target.js";
export type { Role, Session, SessionFault, StartOptions, Subject, Target } from "./target/target.js";
