/**
 * Several replications as one result whose measures are their means, so that no table shows the first one's value beside
 * a threshold that judges the mean. What is no measure (labels of counters, who caused it, rounds, courses over time) is
 * of the first replication.
 */
import { CATALOGUE, isStored } from '../../measure/catalogue/catalogue.js';
import type { JudgedResult } from '../files/json.js';

type Tree = Record<string, unknown>;

/** The same object where there is one run only. */
export function withMeans<T extends JudgedResult>(result: T): T {
  const { replications } = result;
  if (replications === undefined || replications.n < 2) return result;
  const copy = structuredClone(result);
  for (const measure of CATALOGUE.values()) {
    const found = replications.measures[measure.name];
    if (found === undefined || found === null || !isStored(measure, copy)) continue;
    const [last = '', ...before] = [...(measure.path ?? [])].reverse();
    const place = before.reverse().reduce<Tree>((tree, key) => tree[key] as Tree, copy as unknown as Tree);
    place[last] = found.mean;
  }
  return copy;
}

/** What to say below a title; empty for a single run. */
export function meansNote({ replications }: JudgedResult): string {
  if (replications === undefined || replications.n < 2) return '';
  return `means of ${replications.n} replications; labels, causes and rounds are of the first`;
}
