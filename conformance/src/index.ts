/** The conformance kit as a library: judge a host or a sandbox by its command line. */
export { judge, judgeTarget } from "./runner/judge.js";
export { UsageError } from "./runner/usage-error.js";
export type { JudgedBy, JudgeOptions, JudgeSettings } from "./runner/judge.js";
export type { AnyWholeSession, ChargedFact, WholeSession } from "./commands/whole-session.js";
export { hostCheck, sandboxCheck } from "./checks/check.js";
export type { AnyCheck, Body, Check, Fact, HostCheck, Reach, SandboxCheck } from "./checks/check.js";
export type { EarlierFailure } from "./runner/run-check.js";
export type { Expectation } from "./expect/expectations.js";
export type { CheckResult, CheckVerdict, Failure, Report, ReportedFact, RunHead } from "./report/report.js";
export { KitFault, SubjectError } from "./target/target.js";
export type { ServerKind, ServerUrls } from "./databases/server.js";
export type { PlannedSource } from "./databases/session-ways.js";
export type { Manner } from "./databases/way.js";
export type { SeenFile } from "./target/host-files.js";
export type { SeenHttp } from "./target/host-http.js";
export type { FileAct, HostPlan, HostStep, Part } from "./target/host-plan.js";
export type { Grandchild } from "./probe/messages.js";
export type { HostSeen, SeenFrame, SeenInside, Told } from "./target/host-seen.js";
export type { InsideStep } from "./target/isolation-bait.js";
export type { InsideAct, InsideFindings } from "./probe/inside-plan.js";
export type { HttpAnswer } from "./target/read-http-answer.js";
export type { HttpRequest } from "./target/read-http-request.js";
export type { HttpAddress, HttpAsk } from "./target/http-ask.js";
export type { HttpManner, HttpMishap, SeenPost } from "./target/sandbox-http.js";
export type { WireObject } from "./wire/decode.js";
export type { Answer, SandboxPlan, SandboxStep } from "./target/sandbox-plan.js";
export type { SandboxSeen } from "./target/sandbox-seen.js";
export type { Transcript } from "./target/transcript.js";
export type {
  Role,
  RunOptions,
  Session,
  SessionFault,
  StartOptions,
  Subject,
  Target,
  Version,
} from "./target/target.js";
