import { type ErrorCode, PlatformError } from "#core/sys";
import { statusOf } from "./statuses.ts";

/** One thing that is wrong in a manifest. */
export interface ManifestProblemView {
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly found: string;
  readonly expected: string;
  readonly meant?: string | undefined;
}

/** What a request is refused with: a problem document (RFC 9457). */
export interface ProblemView {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly hint: string;
  /** Of a manifest: each problem with its line and a caret below the place. */
  readonly report?: string | undefined;
  readonly problems?: readonly ManifestProblemView[] | undefined;
}

/** A `PlatformError` that came from a daemon, with all that it said. */
export class ProblemError extends PlatformError {
  readonly problem: ProblemView;

  constructor(problem: ProblemView) {
    // A newer daemon may have codes that this build has no row for; they are told as they are.
    super(problem.detail, { code: problem.code as ErrorCode, hint: problem.hint });
    this.problem = problem;
  }
}

/** `error` as a problem document; with another status than the code's, where that says more. */
export function problemOf(
  error: PlatformError,
  status: number = statusOf[error.code],
): ProblemView {
  return {
    type: `urn:noos:error:${error.code}`,
    title: titleOf(error.code),
    status,
    detail: error.message,
    code: error.code,
    hint: error.hint,
    ...reportOf(error),
  };
}

/** `APP_UNKNOWN` is called "App unknown". */
function titleOf(code: string): string {
  const words = code.replaceAll("_", " ").toLowerCase();
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** What a `ManifestError` has beyond others. */
interface Reported {
  readonly report: string;
  readonly problems: readonly ManifestProblemView[];
}

function isReported(error: PlatformError): error is PlatformError & Reported {
  return "report" in error && "problems" in error;
}

function reportOf(error: PlatformError): Partial<Reported> {
  if (!isReported(error)) return {};
  const problems = error.problems.map(({ line, column, path, found, expected, meant }) => ({
    line,
    column,
    path,
    found,
    expected,
    ...(meant === undefined ? {} : { meant }),
  }));
  return { report: error.report, problems };
}
