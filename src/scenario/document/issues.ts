/** What is wrong with a scenario, as data: the program collects these, and only the edge turns them into text. */

import { printable } from './printable.js';

/** Closed: every way in which a scenario file can be refused (or, for the last two, warned about). */
export type IssueCode =
  | 'unreadable'
  | 'empty'
  | 'too-large'
  | 'too-deep'
  | 'yaml-syntax'
  | 'duplicate-key'
  | 'alias-limit'
  | 'override'
  | 'unknown-key'
  | 'missing-key'
  | 'wrong-type'
  | 'bad-value'
  | 'unknown-name'
  | 'duplicate-name'
  | 'not-modelled'
  | 'no-target'
  | 'no-effect';

export interface ScenarioIssue {
  readonly code: IssueCode;
  readonly file: string;
  /** From 1; 0 when the value came from the command line. */
  readonly line: number;
  readonly column: number;
  readonly path: readonly (string | number)[];
  /** Completes "expected …". */
  readonly expected: string;
  /** What stands there instead, shortened; absent when nothing does. */
  readonly received?: string;
  /** What to do about it. */
  readonly hint?: string;
  /** Name of the limit of the model, for what is accepted and has no effect. */
  readonly limit?: string;
  /** The line of the file, for the caret. */
  readonly excerpt?: string;
}

/** Thrown only where a caller asked for a scenario or nothing; carries every issue, not the first. */
export class ScenarioError extends Error {
  readonly issues: readonly ScenarioIssue[];

  constructor(issues: readonly ScenarioIssue[]) {
    super(issues.map(describeIssue).join('\n'));
    this.name = 'ScenarioError';
    this.issues = issues;
  }
}

/** `events[0].update.kind`: how people write a place in a file. */
export function formatPath(path: readonly (string | number)[]): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[\w-]+$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}

/** One line: place, path, what was expected, what was found, and the hint. */
export function describeIssue(issue: ScenarioIssue): string {
  const place = issue.line > 0 ? `${issue.file}:${issue.line}:${issue.column}` : issue.file;
  const path = formatPath(issue.path);
  const found = issue.received === undefined ? '' : `, found ${issue.received}`;
  const hint = issue.hint === undefined ? '' : ` (${issue.hint})`;
  return printable(
    `${place}: ${path && `${path}: `}${LEADS[issue.code] ?? 'expected '}${issue.expected}${found}${hint}`,
  );
}

/** Where `expected` is a sentence of its own and not the end of "expected …". */
const LEADS: Partial<Record<IssueCode, string>> = {
  unreadable: '',
  'unknown-key': '',
  'missing-key': 'missing; expected ',
  'too-large': '',
  'too-deep': '',
  'yaml-syntax': '',
  'duplicate-key': '',
  'duplicate-name': '',
  'alias-limit': '',
  override: '',
  'not-modelled': '',
  'no-target': '',
  'no-effect': '',
};

const WIDEST_EXCERPT = 100;

/** The one line plus the source line with a caret under the place. */
export function prettyIssue(issue: ScenarioIssue): string {
  const line = describeIssue(issue);
  if (issue.excerpt === undefined || issue.line === 0) return line;
  // Long lines (a whole mesh in flow style) are cut to the neighbourhood of the caret.
  const from = issue.column > WIDEST_EXCERPT - 20 ? issue.column - 40 : 0;
  const shown = printable(issue.excerpt.slice(from, from + WIDEST_EXCERPT).replaceAll('\t', ' '));
  const margin = `${issue.line} | `;
  return `${line}\n  ${margin}${shown}\n  ${' '.repeat(margin.length + Math.max(0, issue.column - 1 - from))}^`;
}

/** A value as an error message shows it: one line, at most 60 characters. */
export function shownValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  let text: string;
  try {
    text = Array.isArray(value) ? `a list of ${value.length}` : isMap(value) ? shownMap(value) : JSON.stringify(value);
  } catch {
    text = typeof value;
  }
  return printable(text.length > 60 ? `${text.slice(0, 57)}…` : text);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function shownMap(value: Record<string, unknown>): string {
  const keys = Object.keys(value);
  return keys.length === 0
    ? 'an empty mapping'
    : `a mapping with ${keys.slice(0, 4).join(', ')}${keys.length > 4 ? ', …' : ''}`;
}
