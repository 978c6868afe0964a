/** Endpoints by their labels: as many groups as there are different ones, however many endpoints. */
import type { LabelledEndpoints } from '../spec.js';

type Labels = Readonly<Record<string, string>>;

export function groupedByLabels(all: readonly Labels[]): readonly LabelledEndpoints[] {
  const groups = new Map<string, { labels: Labels; ready: number }>();
  for (const labels of all) {
    const key = keyOf(labels);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { labels, ready: 1 });
    else known.ready += 1;
  }
  return [...groups.values()];
}

/** Groups of some kind each as many times as before, now `ready` in all: nobody said which came or went. */
export function scaledTo(
  ready: number,
  groups: readonly LabelledEndpoints[],
): readonly LabelledEndpoints[] | undefined {
  const before = groups.reduce((sum, group) => sum + group.ready, 0);
  if (before === 0) return ready === 0 ? groups : undefined;
  return groups.map((group) => ({ ...group, ready: (group.ready * ready) / before }));
}

/** With `ready` endpoints that have exactly these labels. */
export function withGroup(
  groups: readonly LabelledEndpoints[],
  labels: Labels,
  ready: number,
): readonly LabelledEndpoints[] {
  const key = keyOf(labels);
  const others = groups.filter((group) => keyOf(group.labels) !== key);
  return [...others, { labels, ready }];
}

export function readyOf(groups: readonly LabelledEndpoints[], labels: Labels): number {
  const key = keyOf(labels);
  return groups.find((group) => keyOf(group.labels) === key)?.ready ?? 0;
}

/** Both, unless one is not known. */
export function joined(
  first: readonly LabelledEndpoints[] | undefined,
  second: readonly LabelledEndpoints[] | undefined,
): readonly LabelledEndpoints[] | undefined {
  return first === undefined || second === undefined ? undefined : [...first, ...second];
}

function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
