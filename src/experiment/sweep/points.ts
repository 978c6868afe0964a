/** From the factors and the design of a sweep file to its points. */
import { streams } from '../../engine/random/streams.js';
import type { Path, Reporter } from '../../scenario/document/reporter.js';
import { fullGrid, latinHypercube, MOST_SCREENED, screening } from '../../stats/designs.js';
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

/** Problems go to the reporter; undefined then. */
export function designPoints(sweep: SweepYamlOutput, seed: string, reporter: Reporter): Design | undefined {
  const paths = Object.keys(sweep.factors);
  const lists = new Map<string, readonly Level[]>();
  const ranges = new Map<string, ResolvedRange>();
  const fail = (path: Path, text: string, hint?: string) => reporter.error('bad-value', path, text, { hint });
  if (paths.length === 0) return void fail(['factors'], 'at least one factor');
  for (const path of paths) {
    const factor = sweep.factors[path]!;
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
  const { design } = sweep;
  const wants = (ok: boolean, text: string, path: string, hint?: string) => ok || fail(['factors', path], text, hint);
  if (design === 'grid') {
    for (const path of paths) wants(lists.has(path), 'a list of levels', path, 'a grid has no ranges');
  } else if ('latinHypercube' in design) {
    for (const path of paths)
      wants(ranges.has(path), 'a range { from, to }', path, 'a hypercube has no lists of levels');
  } else if ('screening' in design) {
    for (const path of paths) wants(lists.get(path)?.length === 2, 'exactly two levels, low and high', path);
    if (paths.length > MOST_SCREENED) fail(['factors'], `at most ${MOST_SCREENED} factors to screen`);
  }
  if (reporter.issues.length > 0) return undefined;

  const levelsOf = (path: string) => (lists.get(path) ?? []).map(String);
  const factors = labelled(paths, levelsOf);
  if (design !== 'grid' && 'latinHypercube' in design) {
    const random = streams(seed, 0).stream('design');
    const places = latinHypercube(design.latinHypercube, paths.length, random);
    const points = places.map((place) =>
      point(
        paths,
        place.map((x, k) => ranges.get(paths[k]!)!.at(x)),
        place,
      ),
    );
    return { kind: 'latinHypercube', factors, points };
  }
  if (design !== 'grid' && 'screening' in design) {
    const rows = screening(paths.length, design.screening === 'foldOver');
    const points = rows.map((row) =>
      point(
        paths,
        row.map((level, k) => lists.get(paths[k]!)![level]!),
        row,
      ),
    );
    return { kind: 'screening', factors, points };
  }
  const sizes = paths.map((path) => lists.get(path)?.length ?? 0);
  if (sizes.reduce((product, size) => product * size, 1) > MOST_POINTS) {
    return void fail(['factors'], `at most ${MOST_POINTS} combinations`, 'use a latinHypercube instead of a grid');
  }
  const points = fullGrid(sizes).map((row) =>
    point(
      paths,
      row.map((level, k) => lists.get(paths[k]!)![level]!),
    ),
  );
  return { kind: 'grid', factors, points };
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
    return { low: Math.min(...values), high: Math.max(...values) };
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
