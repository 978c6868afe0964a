/** Text → Scenario, or everything that is wrong with it. The front door of this folder. */
import { readText } from './document/document.js';
import type { ScenarioIssue } from './document/issues.js';
import { applyOverride, overrideFile, readOverride } from './document/override.js';
import { createReporter, type Locate, type Path, type Reporter } from './document/reporter.js';
import { valueAt } from './document/zod-issues.js';
import { resolveScenario } from './resolve/resolve.js';
import type { ReadResources } from './resolve/resources.js';
import type { Scenario } from './scenario.js';

export interface ParseOptions {
  /** Names the file in messages, the scenario unless it says its name, and the place of `{ file: … }` entries. */
  readonly file?: string;
  /** `path=value` texts, applied in order before anything is checked. */
  readonly sets?: readonly string[];
  /** How `{ file: … }` entries are read; throws when it cannot. Default: from disk, where there is one. */
  readonly readFile?: (path: string) => string;
  /** Content of such files that is known already, by path: those are not read again. */
  readonly files?: Readonly<Record<string, string>>;
  /** It is somebody else's: nothing of this machine's disk is its business, timelines neither. */
  readonly foreign?: boolean | undefined;
}

export type ParsedScenario =
  | {
      readonly ok: true;
      readonly scenario: Scenario;
      readonly warnings: readonly ScenarioIssue[];
      /** The files it is made of beside its own text, by path: with them it can be read again elsewhere. */
      readonly files: Readonly<Record<string, string>>;
      /** What was written, with what the command line replaced. */
      readonly document: unknown;
    }
  | { readonly ok: false; readonly issues: readonly ScenarioIssue[]; readonly warnings: readonly ScenarioIssue[] };

/** Object files may be dumps of whole clusters. */
const LARGEST_RESOURCES = 32 * 1024 * 1024;

export function parseScenario(text: string, options: ParseOptions = {}): ParsedScenario {
  const file = options.file ?? 'scenario.yaml';
  const read = readText(text, file);
  if (read.issues.length > 0) return { ok: false, issues: read.issues, warnings: [] };
  const [document, second] = read.documents;
  const start: Locate = () => ({ file, line: 1, column: 1 });
  const reporter = createReporter(document?.locate ?? start);
  const files: Record<string, string> = Object.create(null) as Record<string, string>;
  let value: unknown;
  const finish = (scenario: Scenario | undefined): ParsedScenario => {
    const issues = [...reporter.issues].sort(byPlace);
    const { warnings } = reporter;
    return scenario && issues.length === 0
      ? { ok: true, scenario, warnings, files, document: value }
      : { ok: false, issues, warnings };
  };

  const overrides = (options.sets ?? []).flatMap((set) => readOverride(set, reporter) ?? []);
  if (second) {
    reporter.within(second.locate).error('wrong-type', [], 'one scenario per file');
    return finish(undefined);
  }
  if (document === undefined || document.value === null) {
    reporter.error('empty', [], 'a scenario, and the file is empty', { hint: 'begin with description: …' });
    return finish(undefined);
  }
  const original: unknown = document.value;
  value = original;
  for (const override of overrides) value = applyOverride(value, override, reporter);
  // What the command line replaced is blamed on the command line.
  const locate: Locate = (path, part) => {
    const set = overrides.findLast((override) => reaches(override.path, path) || made(override.path, path, original));
    return set ? { file: overrideFile(set.text), line: 0, column: 0 } : document.locate(path, part);
  };
  const placed = reporter.within(locate);
  const name = baseName(file);
  const resources: ReadResources = (path, at, from) => readResources(path, at, from, file, options, files);
  return finish(
    resolveScenario(value, name, placed, resources, (path) => (options.foreign ? undefined : placeOf(path, file))),
  );
}

/** Whether a place is the one that was replaced, or inside it. */
function reaches(replaced: Path, path: Path): boolean {
  return replaced.every((step, i) => step === path[i]);
}

/** Whether a place is on the way to what was set and was not in the file. */
function made(replaced: Path, path: Path, original: unknown): boolean {
  return reaches(path, replaced) && valueAt(original, path) === undefined;
}

function byPlace(a: ScenarioIssue, b: ScenarioIssue): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

/** The file's name without folders and extension. */
export function baseName(file: string): string {
  const last = file.replaceAll('\\', '/').split('/').at(-1) ?? '';
  return last.replace(/(\.scenario)?\.[^.]*$/, '') || 'scenario';
}

/** Files are named relative to the scenario. */
function placeOf(path: string, scenarioFile: string): string {
  const folder = scenarioFile.includes('/') ? scenarioFile.slice(0, scenarioFile.lastIndexOf('/') + 1) : '';
  return path.startsWith('/') ? path : folder + path;
}

function readResources(
  path: string,
  at: Path,
  reporter: Reporter,
  scenarioFile: string,
  options: ParseOptions,
  files: Record<string, string>,
) {
  const full = placeOf(path, scenarioFile);
  let text: string;
  try {
    text = files[full] ?? options.files?.[full] ?? (options.readFile ?? readFromDisk)(full);
    files[full] = text;
  } catch (error) {
    const hint = error instanceof Error ? error.message.split('\n', 1)[0] : undefined;
    reporter.error('unreadable', at, `the file ${path} cannot be read`, { hint });
    return [];
  }
  const read = readText(text, full, { largest: LARGEST_RESOURCES, json: true });
  reporter.issues.push(...read.issues);
  return read.documents.flatMap(({ value, locate }) =>
    value === null ? [] : [{ value, reporter: reporter.within(locate) }],
  );
}

interface FileSystem {
  readFileSync(path: string, encoding: 'utf8'): string;
  statSync(path: string): { readonly size: number; isFile(): boolean; isDirectory(): boolean };
}

/** Reached without an import, so that this folder also loads in a browser. */
function readFromDisk(path: string): string {
  const { process } = globalThis as { process?: { getBuiltinModule?(id: 'node:fs'): FileSystem } };
  const fs = process?.getBuiltinModule?.('node:fs');
  if (!fs) throw new Error('there are no files here');
  const found = fs.statSync(path);
  // A pipe or a device would never end.
  if (!found.isFile()) throw new Error(found.isDirectory() ? 'it is a folder' : 'it is not a regular file');
  if (found.size > LARGEST_RESOURCES) throw new Error(`it is larger than ${LARGEST_RESOURCES / 1024 / 1024} MiB`);
  return fs.readFileSync(path, 'utf8');
}
