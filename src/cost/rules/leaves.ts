/** A cost profile as a list of numbers by path, and one with some of them taken from another. */
import type { Coefficients } from '../coefficients.js';

export interface NumberChange {
  /** `bytes.cds.perCluster` */
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

interface Tree {
  readonly [name: string]: number | string | Tree;
}

/** Where the numbers come from is not one of them. */
export function leaves(coefficients: Coefficients): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  collect(coefficients as unknown as Tree, '', found);
  return found;
}

function collect(tree: Tree, prefix: string, found: Map<string, number>): void {
  for (const [name, value] of Object.entries(tree)) {
    if (typeof value === 'number') found.set(prefix + name, value);
    else if (typeof value === 'object') collect(value, `${prefix}${name}.`, found);
  }
}

/** `into` with the numbers at `paths` as they are in `from`. */
export function withLeaves(into: Coefficients, from: Coefficients, isTaken: (path: string) => boolean): Coefficients {
  return mixed(into as unknown as Tree, leaves(from), '', isTaken) as unknown as Coefficients;
}

function mixed(
  tree: Tree,
  values: ReadonlyMap<string, number>,
  prefix: string,
  isTaken: (path: string) => boolean,
): Tree {
  return Object.fromEntries(
    Object.entries(tree).map(([name, value]) => {
      const path = prefix + name;
      if (typeof value === 'object') return [name, mixed(value, values, `${path}.`, isTaken)];
      return [name, typeof value === 'number' && isTaken(path) ? (values.get(path) ?? value) : value];
    }),
  );
}
