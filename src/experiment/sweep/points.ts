/** From the factors and the design of a sweep file to its points. */

import { streams } from '../../engine/random/streams.js';
import type { Path, Reporter } from '../../scenario/document/reporter.js';
import { fullGrid, latinHypercube, MOST_SCREENED, screening } from '../../stats/designs.js';
import { greatest, least } from '../../stats/extremes.js';
import { MOST_POINTS, type RangeYaml, type SweepYamlOutput } from './grammar.js';
import { numeric, type ResolvedRange, resolveRange } from './ranges.js';
import type { DesignKind, Factor, Point } from './spec.js';

export interface Design {
  readonly kind: DesignKind;
  readonly factors: readonly Factor[];
  readonly points: readonly Point[];
}

/** A design read from a file: a header of paths, and a row of values for each point. */
export interface DesignTable {
  readonly paths: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

type Level = string | number | boolean;

/** What each factor may be: a list of levels or a range, by its path. */
interface Levels {
  readonly paths: readonly string[];
  readonly lists: ReadonlyMap<string, readonly Level[]>;
  readonly ranges: ReadonlyMap<string, ResolvedRange>;
}

type Fail = (path: Path, text: string, hint?: string) => void;

/** Problems go to the reporter; undefined then. */
export function designPoints(sweep: SweepYamlOutput, seed: string, reporter: Reporter): Design | undefined {
  const { design } = sweep;
  const fail: Fail = (path, text, hint) => reporter.error('bad-value', path, text, { hint });
  if (Object.keys(sweep.factors).length === 0) return void fail(['factors'], 'at least one factor');
  const levels = readLevels(sweep.factors, fail);
  checkLevels(levels, design, fail);
  if (reporter.issues.length > 0) return undefined;
  if (design !== 'grid' && 'latinHypercube' in design) return hypercubePoints(levels, design.latinHypercube, seed);
  if (design !== 'grid' && 'screening' in design) return screeningPoints(levels, design.screening === 'foldOver');
  return gridPoints(levels, fail);
}

function readLevels(factors: SweepYamlOutput['factors'], fail: Fail): Levels {
  const lists = new Map<string, readonly Level[]>();
  const ranges = new Map<string, ResolvedRange>();
  for (const [path, factor] of Object.entries(factors)) {
    if (isList(factor)) {
      lists.set(path, factor);
      const twice = factor.find((level, i) => factor.indexOf(level) !== i);
      if (twice !== undefined) fail(['factors', path], `different levels, and ${twice} is there twice`);
    } else {
      const range = resolveRange(factor);
      if (typeof range === 'string') fail(['factors', path], range);
      else ranges.set(path, range);
    }
  }
  return { paths: Object.keys(factors), lists, ranges };
}

/** Each design wants its own kind of levels; a file brings them itself. */
function checkLevels({ paths, lists, ranges }: Levels, design: SweepYamlOutput['design'], fail: Fail): void {
  const failWhere = (isWrong: (path: string) => boolean, text: string, hint?: string): void => {
    for (const path of paths) if (isWrong(path)) fail(['factors', path], text, hint);
  };
  if (design === 'grid') {
    failWhere((path) => !lists.has(path), 'a list of levels', 'a grid has no ranges');
  } else if ('latinHypercube' in design) {
    failWhere((path) => !ranges.has(path), 'a range { from, to }', 'a hypercube has no lists of levels');
  } else if ('screening' in design) {
    failWhere((path) => lists.get(path)?.length !== 2, 'exactly two levels, low and high');
    if (paths.length > MOST_SCREENED) fail(['factors'], `at most ${MOST_SCREENED} factors to screen`);
  }
}

function hypercubePoints(levels: Levels, count: number, seed: string): Design {
  const { paths, ranges } = levels;
  const places = latinHypercube(count, paths.length, streams(seed, 0).stream('design'));
  const valuesAt = (place: readonly number[]) => place.map((x, k) => ranges.get(paths[k]!)!.at(x));
  const points = places.map((place) => point(paths, valuesAt(place), place));
  return { kind: 'latinHypercube', factors: factorsOf(levels), points };
}

function screeningPoints(levels: Levels, foldOver: boolean): Design {
  const rows = screening(levels.paths.length, foldOver);
  const points = rows.map((row) => point(levels.paths, levelsIn(levels, row), row));
  return { kind: 'screening', factors: factorsOf(levels), points };
}

function gridPoints(levels: Levels, fail: Fail): Design | undefined {
  const sizes = levels.paths.map((path) => levels.lists.get(path)?.length ?? 0);
  if (sizes.reduce((product, size) => product * size, 1) > MOST_POINTS) {
    return void fail(['factors'], `at most ${MOST_POINTS} combinations`, 'use a latinHypercube instead of a grid');
  }
  const points = fullGrid(sizes).map((row) => point(levels.paths, levelsIn(levels, row)));
  return { kind: 'grid', factors: factorsOf(levels), points };
}

function factorsOf({ paths, lists }: Levels): readonly Factor[] {
  return labelled(paths, (path) => (lists.get(path) ?? []).map(String));
}

/** @param row for each factor the place of its level in the list */
function levelsIn({ paths, lists }: Levels, row: readonly number[]): readonly Level[] {
  return row.map((level, k) => lists.get(paths[k]!)![level]!);
}

function isList(factor: readonly Level[] | RangeYaml): factor is readonly Level[] {
  return Array.isArray(factor);
}

/** Points of a table are kept in its order; an empty cell leaves the field as the scenario has it. */
export function tablePoints({ paths, rows }: DesignTable): Design {
  const factors = labelled(paths, (path) => [...new Set(rows.map((row) => row[paths.indexOf(path)] ?? ''))]);
  const numbers = rows.map((row) => paths.map((_, k) => numeric(row[k] ?? '')));
  const whole = numbers.every((row) =>
    row.every((cell, k) => cell !== undefined && cell.kind === numbers[0]![k]!.kind),
  );
  const ends = paths.map((_, k) => {
    const values = numbers.map((row) => row[k]?.value ?? 0);
    return { low: least(values), high: greatest(values) };
  });
  const points = rows.map((row, i): Point => {
    const used = paths.flatMap((path, k) => (row[k] ? [[path, row[k]] as const] : []));
    const made: Point = {
      levels: paths.map((_, k) => row[k] ?? ''),
      sets: used.map(([path, text]) => `${path}=${text}`),
    };
    if (!whole) return made;
    const coordinates = ends.map(({ low, high }, k) =>
      high === low ? 0 : (numbers[i]![k]!.value - low) / (high - low),
    );
    return { ...made, coordinates };
  });
  return { kind: 'file', factors, points };
}

function point(paths: readonly string[], levels: readonly Level[], coordinates?: readonly number[]): Point {
  const sets = paths.map((path, k) => `${path}=${JSON.stringify(levels[k])}`);
  return { levels: levels.map(String), sets, ...(coordinates === undefined ? {} : { coordinates }) };
}

export function labelled(paths: readonly string[], levelsOf: (path: string) => readonly string[]): Factor[] {
  const short = (path: string) => /[A-Za-z_][\w-]*(\[\d+\])*$/.exec(path)?.[0] ?? path;
  return paths.map((path) => {
    const label = paths.filter((other) => short(other) === short(path)).length === 1 ? short(path) : path;
    return { path, label, levels: levelsOf(path) };
  });
}
