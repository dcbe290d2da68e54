import { redactCommand, type Redact } from "./redact.js";
import type { CheckResult, Failure, RunHead } from "./report.js";

/** The head of a report without secrets. */
export function redactHead(head: RunHead, redact: Redact): RunHead {
  return { ...head, command: redactCommand(head.command, redact) };
}

/** A check's result without secrets; the case itself is the kit's own, and stays what it was. */
export function redactResult(result: CheckResult, redact: Redact): CheckResult {
  const { failure, reason } = result;
  return {
    ...result,
    ...(reason === undefined ? {} : { reason: redact(reason) }),
    ...(failure ? { failure: redactFailure(failure, redact) } : {}),
  };
}

function redactFailure(failure: Failure, redact: Redact): Failure {
  const { facts, transcript, stderr } = failure;
  return {
    ...failure,
    facts: redact(facts),
    // A shortened text is joined at `cut`: its two ends are looked at apart, so that `cut` stays right.
    transcript: transcript.map((event) => {
      if (event.cut === undefined) return { ...event, text: redact(event.text) };
      const head = redact(event.text.slice(0, event.cut));
      return { ...event, text: head + redact(event.text.slice(event.cut)), cut: head.length };
    }),
    stderr: redact(stderr),
  };
}
