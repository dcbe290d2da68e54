/** The reference host of Sandpipe: runs untrusted scripts in child processes and answers their calls. */
export { createHost } from "./run/create-host.js";
export { defineMethod } from "./run/define-method.js";
export type { MethodDefinition } from "./run/define-method.js";
export type { OpenRpcDocument, OpenRpcMethod } from "./run/describe-methods.js";
export type { IsolationMode } from "./isolation/isolation-mode.js";
export type { ResourceLimits } from "./isolation/resource-limits.js";
export type { SessionState } from "./session/requests.js";
export type { Host, HostOptions } from "./run/host.js";
export type { Run, RunOptions } from "./run/run-options.js";
export { createBackend } from "./serve/create-backend.js";
export type { Backend, ServeOptions } from "./serve/serve-sessions.js";
export type { AskedScope } from "./serve/operator-routes.js";
export type { Scope } from "./serve/scope.js";
export type { Address } from "./http/bind.js";
export type { SessionRecord, SessionRegistry } from "./http/registry.js";
export { IsolationError } from "./isolation/isolation-mode.js";
export { DatasourceError } from "./isolation/datasource-address.js";
export type { Variables } from "./process/child-environment.js";
export { closeInheritedDescriptors } from "./process/inherited-descriptors.js";
export { LOG_LEVELS, createLog } from "./observation/log.js";
export type { Log, LogFields, LogLevel } from "./observation/log.js";
export type { HostMetrics, MethodMetrics } from "./observation/metrics.js";
export type { Histogram } from "./observation/histogram.js";
export type { Direction, Observer, WatchedCall } from "./session/observer.js";
export type { Version } from "./v0/stdout-reader.js";
export type { Transport } from "./session/channel.js";
export { createContractMethods } from "./methods/contract.js";
export type { StorageLimits } from "./methods/storage-quota.js";
export { MethodError } from "./methods/method.js";
export type {
  CallContext,
  JsonSchema,
  Method,
  MethodDescription,
  MethodSource,
  SessionMethods,
} from "./methods/method.js";
export type { ValidationFault, Validator } from "#validators";
