/** What all commands share: exit codes, user errors, reading scenarios, options. */
import { readFileSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import type { Options } from 'yargs';
import type { ScenarioIssue } from '../scenario/document/issues.js';
import type { ParsedScenario } from '../scenario/load.js';

export const OK = 0;
export const BUG = 1;
export const USER_ERROR = 2;
export const THRESHOLD_FAILED = 3;

export const EXIT_CODES = 'Exit codes: 0 ok · 1 bug · 2 bad input or usage · 3 a threshold failed';

/** The command line cannot be understood or followed. */
export class UsageError extends Error {}

/** Files are wrong; the message already says where. */
export class InputError extends Error {}

export function isUserError(error: unknown): error is Error {
  return error instanceof UsageError || error instanceof InputError;
}

type FileError = Error & { readonly code: string };

/** What the file system refuses is for its user to mend, wherever it happens. */
export function isFileError(error: unknown): error is FileError {
  return error instanceof Error && Object.hasOwn(WHAT_TO_DO, String((error as { code?: unknown }).code));
}

const WHAT_TO_DO: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: make room, or write elsewhere',
  EDQUOT: 'the quota is used up: make room, or write elsewhere',
  EACCES: 'there is no permission: choose another place, or another user',
  EPERM: 'there is no permission: choose another place, or another user',
  EROFS: 'it cannot be written to: choose another place',
  EISDIR: 'a folder is where a file should be',
  ENOTDIR: 'a file is where a folder should be',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'the links go in a circle',
  EEXIST: 'it is there already',
  ENOENT: 'it is not there',
  EMFILE: 'too many files are open',
  EIO: 'the device fails',
};

export function whatToDo(code: string): string {
  return WHAT_TO_DO[code] ?? '';
}

export const SET_OPTION = {
  type: 'string',
  requiresArg: true,
  describe: 'Replace a field: --set istiod.env.PILOT_DEBOUNCE_AFTER=1s (may be repeated)',
  coerce: (value: string | string[] | undefined): string[] => (value === undefined ? [] : [value].flat()),
} as const satisfies Options;

export const SEED_OPTION = {
  type: 'string',
  requiresArg: true,
  describe: 'Seed of the random numbers, instead of run.seed',
  coerce: (value: string | string[] | undefined) => (Array.isArray(value) ? value.at(-1) : value),
} as const satisfies Options;

/** Every command takes them, and they mean the same in each. */
export const EVERYWHERE = {
  json: { type: 'boolean', default: false, describe: 'Print JSON to standard output, and nothing else' },
  quiet: { type: 'boolean', default: false, describe: 'No progress, no warnings; of the report only its verdict' },
} as const satisfies Readonly<Record<string, Options>>;

export interface Everywhere {
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Scenario files are text of a few kilobytes; this only keeps a device or a film from being read. */
const LARGEST_FILE = 64 * 1024 * 1024;

/** What `-` becomes: yargs drops a positional `-` without a word. */
export const STDIN = 'stdin:';

/** The text of a file, or of standard input. */
export function readScenarioFile(file: string): string {
  try {
    if (file === STDIN) return readFileSync(0, 'utf8');
    const { size } = requireReadable(file);
    if (size > LARGEST_FILE) throw new InputError(`${file}: the file is larger than ${LARGEST_FILE / 1024 / 1024} MiB`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${file}: cannot be read: ${reasonOf(error)}`);
  }
}

function requireReadable(file: string): { readonly size: number } {
  const found = statSync(file);
  if (found.isDirectory()) throw new InputError(`${file}: is a folder, not a scenario file`);
  if (!found.isFile() && !found.isFIFO()) throw new InputError(`${file}: is not a regular file`);
  return found;
}

/** `no such file or directory` of Node's longer sentence. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /^[A-Z]+: ([^,]+)/.exec(text)?.[1] ?? text;
}

/** A name as that of a file: letters, digits, dots, dashes; the rest by number. Never a path, never hidden. */
export function fileNameOf(name: string): string {
  const encoded = [...name].map((c) => (/[\w.-]/.test(c) ? c : `%${c.codePointAt(0)!.toString(16)}`)).join('');
  return encoded.slice(0, 100).replace(/^[.-]/, '_');
}

/** How the file is named in results: never absolute, so that results do not depend on whose home it is in. */
export function shownFile(file: string): string {
  if (file === STDIN) return 'stdin';
  const path = relative(process.cwd(), file).replaceAll('\\', '/');
  return path.startsWith('..') ? path.slice(path.lastIndexOf('/') + 1) : path;
}

/** @param text what the file holds, where it was read already: standard input can be read only once */
export async function loadScenario(
  file: string,
  sets: readonly string[],
  text = readScenarioFile(file),
): Promise<ParsedScenario> {
  const { parseScenario } = await import('../scenario/load.js');
  return parseScenario(text, { file: file === STDIN ? 'stdin' : file, sets });
}

export const STRICT_OPTION = {
  type: 'boolean',
  default: false,
  describe: 'What is accepted without effect, or not modelled, is an error',
} as const satisfies Options;

/** A scenario that is used without regard to its warnings, unless they are errors. */
export function strictly(parsed: ParsedScenario, strict: boolean): ParsedScenario {
  if (!strict || parsed.warnings.length === 0) return parsed;
  const issues = [...(parsed.ok ? [] : parsed.issues), ...parsed.warnings];
  return { ok: false, issues, warnings: [] };
}

/** Every problem with its source line, then their number. */
export async function issuesText(issues: readonly ScenarioIssue[]): Promise<string> {
  const { prettyIssue } = await import('../scenario/document/issues.js');
  const counted = issues.length === 1 ? '1 problem' : `${issues.length} problems`;
  return `${issues.map(prettyIssue).join('\n\n')}\n\n${counted}`;
}

export async function warningsText(warnings: readonly ScenarioIssue[]): Promise<string> {
  const { describeIssue } = await import('../scenario/document/issues.js');
  return warnings.map((warning) => `warning: ${describeIssue(warning)}\n`).join('');
}
