/** Collects what is wrong while a scenario is read, so that one look at the output is enough to mend all of it. */
import { type IssueCode, type ScenarioIssue, shownValue } from './issues.js';

export type Path = readonly (string | number)[];

export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly excerpt?: string;
}

/** Finds a path in the text it came from: the value there, or the key that introduces it. */
export type Locate = (path: Path, part: 'key' | 'value') => Place;

export interface Details {
  /** What was found; left out, nothing is said about it. */
  readonly received?: unknown;
  readonly hint?: string | undefined;
  readonly part?: 'key' | 'value';
  /** The limit of the model that a warning is about. */
  readonly limit?: string;
}

export interface Reporter {
  readonly issues: ScenarioIssue[];
  readonly warnings: ScenarioIssue[];
  error(code: IssueCode, path: Path, expected: string, details?: Details): void;
  warn(code: IssueCode, path: Path, expected: string, details?: Details): void;
  /** The same lists, for values that came from another file. */
  within(locate: Locate): Reporter;
}

/** More than this many help nobody, and a hostile file could make millions. */
const MOST_ISSUES = 100;

export function createReporter(locate: Locate, issues: ScenarioIssue[] = [], warnings: ScenarioIssue[] = []): Reporter {
  const add = (list: ScenarioIssue[], code: IssueCode, path: Path, expected: string, details: Details = {}) => {
    if (list.length >= MOST_ISSUES) return;
    const { file, line, column, excerpt } = locate(path, details.part ?? 'value');
    const issue: ScenarioIssue = {
      code,
      file,
      line,
      column,
      path,
      expected,
      ...('received' in details ? { received: shownValue(details.received) } : {}),
      ...(details.hint === undefined ? {} : { hint: details.hint }),
      ...(details.limit === undefined ? {} : { limit: details.limit }),
      ...(excerpt === undefined ? {} : { excerpt }),
    };
    list.push(issue);
  };
  return {
    issues,
    warnings,
    error: (code, path, expected, details) => add(issues, code, path, expected, details),
    warn: (code, path, expected, details) => add(warnings, code, path, expected, details),
    within: (other) => createReporter(other, issues, warnings),
  };
}
