/** Sweep file → SweepSpec, or everything that is wrong with it, with line and column. */
import { hash128, toHex } from '../../engine/random/hash.js';
import { readText } from '../../scenario/document/document.js';
import type { ScenarioIssue } from '../../scenario/document/issues.js';
import { createReporter, type Reporter } from '../../scenario/document/reporter.js';
import { check } from '../../scenario/document/zod-issues.js';
import { baseName, parseScenario } from '../../scenario/load.js';
import { isMapping } from '../../scenario/resolve/resources.js';
import { USUAL_MEASURES } from '../measures.js';
import { SweepYaml, type SweepYamlOutput } from './grammar.js';
import { type Design, type DesignTable, designPoints, tablePoints } from './points.js';
import type { Point, SweepSpec } from './spec.js';

export interface SweepOptions {
  readonly file: string;
  /** Of the program: results of different versions are never mixed. */
  readonly version: string;
  /** Like the keys of the file, from the command line. */
  readonly sets?: readonly string[];
  readonly seed?: string | undefined;
  readonly replications?: number | undefined;
  readonly untilPrecision?: number | undefined;
  /** Of so many points, those that will be simulated: only they are read. Default: all. */
  readonly wanted?: ((points: number) => readonly number[]) | undefined;
  /** Simulated elsewhere, with nothing but what is sent. */
  readonly isQueued?: boolean | undefined;
  readonly readFile: (path: string) => string;
  readonly readDesign: (text: string) => Promise<DesignTable | string>;
}

export type ParsedSweep =
  | { readonly ok: true; readonly spec: SweepSpec; readonly warnings: readonly ScenarioIssue[] }
  | { readonly ok: false; readonly issues: readonly ScenarioIssue[] };

export async function parseSweep(text: string, options: SweepOptions): Promise<ParsedSweep> {
  const { file } = options;
  const read = readText(text, file);
  if (read.issues.length > 0) return { ok: false, issues: read.issues };
  const [document] = read.documents;
  const reporter = createReporter(document?.locate ?? (() => ({ file, line: 1, column: 1 })));
  const failed = (): ParsedSweep => ({ ok: false, issues: reporter.issues });
  if (!isMapping(document?.value)) {
    reporter.error('wrong-type', [], 'a sweep: a mapping with description, scenario, factors, …');
    return failed();
  }
  const sweep = check(SweepYaml, document.value, [], reporter);
  if (sweep === undefined) return failed();

  const scenarioFile = beside(file, sweep.scenario);
  const scenarioText = readOther(scenarioFile, ['scenario'], reporter, options);
  if (scenarioText === undefined) return failed();
  const seed = options.seed ?? sweep.seed;
  const sets = [
    ...sweep.set,
    ...(options.sets ?? []),
    ...(seed === undefined ? [] : [`run.seed=${JSON.stringify(seed)}`]),
  ];
  const written = { text: scenarioText, file: scenarioFile, sets, ...(sweep.warmUp && { warmUp: sweep.warmUp }) };
  const parsed = parseScenario(scenarioText, written);
  if (!parsed.ok) return { ok: false, issues: parsed.issues };
  if (options.isQueued && parsed.scenario.timeline !== undefined)
    reporter.error('bad-value', ['scenario'], 'a scenario without a timeline: that does not go through a queue');
  // Read once: every point, wherever it is simulated, is made of the same content.
  const files = { ...parsed.files };
  const base = { ...written, files };
  const { scenario } = parsed;

  const design = await readDesign(sweep, scenario.run.seed, reporter, options);
  if (design === undefined) return failed();
  const wanted = options.wanted?.(design.points.length).map((index) => design.points[index]!) ?? design.points;
  checkPoints(design, wanted, base, files, reporter);
  if (reporter.issues.length > 0) return failed();
  const objectives = [...new Set(sweep.objectives)];
  const identity = [options.version, scenario, sweep.warmUp ?? 'fixed', design.points.map((point) => point.sets)];
  const spec: SweepSpec = {
    name: sweep.name ?? baseName(file),
    description: sweep.description,
    scenarioName: scenario.name,
    base,
    design: design.kind,
    factors: design.factors,
    points: design.points,
    objectives,
    measures: [...new Set([...objectives, ...sweep.measures, ...USUAL_MEASURES])],
    replications: options.replications ?? sweep.replications,
    confidence: sweep.confidence,
    untilPrecision: options.untilPrecision ?? sweep.untilPrecision,
    hash: hash128(JSON.stringify(identity)).map(toHex).join(''),
  };
  return { ok: true, spec, warnings: parsed.warnings };
}

async function readDesign(
  sweep: SweepYamlOutput,
  seed: string,
  reporter: Reporter,
  options: SweepOptions,
): Promise<Design | undefined> {
  const { design } = sweep;
  if (typeof design === 'string' || !('file' in design)) return designPoints(sweep, seed, reporter);
  const path = ['design', 'file'];
  if (Object.keys(sweep.factors).length > 0) {
    reporter.error('unknown-key', ['factors'], 'a design file names the factors itself: leave this out', {
      part: 'key',
    });
    return undefined;
  }
  const text = readOther(beside(options.file, design.file), path, reporter, options);
  if (text === undefined) return undefined;
  const table = await options.readDesign(text);
  if (typeof table !== 'string') return tablePoints(table);
  reporter.error('bad-value', path, table);
  return undefined;
}

/** Every point must be a valid scenario before the first one is simulated. What is wrong is blamed on its level. */
function checkPoints(
  design: Design,
  points: readonly Point[],
  base: SweepSpec['base'],
  files: Record<string, string>,
  reporter: Reporter,
): void {
  const blamed = new Set<string>();
  for (const { sets, levels } of points) {
    const parsed = parseScenario(base.text, { ...base, sets: [...base.sets, ...sets] });
    if (parsed.ok) {
      Object.assign(files, parsed.files);
      continue;
    }
    for (const { expected, received, hint } of parsed.issues) {
      const culprit = sets.findIndex(
        (_, k) => !parseScenario(base.text, { ...base, sets: [...base.sets, sets[k]!] }).ok,
      );
      const factor = design.factors[culprit];
      const level = factor?.levels.indexOf(levels[culprit] ?? '') ?? -1;
      const path = factor === undefined ? [] : ['factors', factor.path, ...(level < 0 ? [] : [level])];
      const key = JSON.stringify([path, expected]);
      if (blamed.has(key)) continue;
      blamed.add(key);
      reporter.error('bad-value', path, expected, {
        hint,
        ...(received === undefined ? {} : { received: levels[culprit] ?? received }),
      });
    }
    if (blamed.size >= 20) return;
  }
}

function readOther(
  path: string,
  at: readonly string[],
  reporter: Reporter,
  { readFile }: SweepOptions,
): string | undefined {
  try {
    return readFile(path);
  } catch (error) {
    reporter.error('unreadable', at, error instanceof Error ? error.message : `${path} cannot be read`);
    return undefined;
  }
}

/** A path in a file is relative to that file. */
function beside(file: string, path: string): string {
  if (path.startsWith('/') || !file.includes('/')) return path;
  return file.slice(0, file.lastIndexOf('/') + 1) + path;
}
