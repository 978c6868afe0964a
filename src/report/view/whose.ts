/** Whose staleness and who got what: tables by label, only where there is more than one label to tell apart. */
import type { Distribution, GroupTraffic, RunResult } from '../../measure/recorder/result.js';
import { bytes, number, seconds } from './format.js';

export interface LabelTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Labels that are not shown. */
  readonly more: number;
}

const TITLES = {
  source: 'by event source',
  kind: 'by kind of the object',
  namespace: 'by namespace of the object',
  group: 'by group of proxies',
} as const;

const HEAD = ['p50', 'p90', 'p99', 'max', 'samples'];

const times = ({ p50, p90, p99, max, count }: Distribution): string[] => [
  ...[p50, p90, p99, max].map(seconds),
  number(count),
];

/** The slowest first. */
export function stalenessTables({ staleness }: RunResult, shown: number): readonly LabelTable[] {
  return (Object.keys(TITLES) as (keyof typeof TITLES)[]).flatMap((dimension) => {
    const labels = Object.entries(staleness.by[dimension]);
    if (labels.length < 2) return [];
    labels.sort(([a, x], [b, y]) => y.p99 - x.p99 || y.count - x.count || (a < b ? -1 : 1));
    const rows = labels.slice(0, shown).map(([label, of]) => [label, ...times(of)]);
    return [{ title: TITLES[dimension], head: ['', ...HEAD], rows, more: labels.length - rows.length }];
  });
}

/** Undefined where no change reached two groups. */
export function skewText({ staleness: { skew, by } }: RunResult): string | undefined {
  if (skew.all.count === 0 || Object.keys(by.group).length < 2) return undefined;
  const pairs = Object.entries(skew.pairs).filter(([, { count }]) => count > 0);
  pairs.sort(([a, x], [b, y]) => y.p99 - x.p99 || (a < b ? -1 : 1));
  const [[worst, of] = []] = pairs;
  const widest =
    worst === undefined || of === undefined
      ? ''
      : `; widest between ${worst.replace(' | ', ' and ')}, ${seconds(of.p99)} at p99`;
  return `Groups of proxies have all of a change ${seconds(skew.all.p50)} apart at p50, ${seconds(skew.all.p99)} at p99${widest}.`;
}

/** Bytes of messages by xDS type. */
export function typeTable({ traffic }: RunResult): LabelTable {
  const rows = Object.entries(traffic.types).map(([type, { count, total, p50, p99, max }]) => [
    type,
    number(count),
    bytes(total),
    ...[p50, p99, max].map(bytes),
  ]);
  return { title: 'by type', head: ['', 'messages', 'bytes', 'p50', 'p99', 'largest'], rows, more: 0 };
}

/** Who got what: the group with most bytes first; messages of each type in a column of its own. */
export function groupTable({ traffic }: RunResult, shown: number): LabelTable {
  const types = Object.keys(traffic.types);
  const groups = Object.entries(traffic.groups);
  const rows = groups.slice(0, shown).map(([group, of]) => [group, ...groupCells(of, types)]);
  const head = ['', 'proxies', ...types, 'bytes', 'largest'];
  return { title: 'by group of proxies', head, rows, more: groups.length - rows.length };
}

function groupCells({ proxies, types: sent, bytes: size, largest }: GroupTraffic, types: readonly string[]): string[] {
  const messages = types.map((type) => number(sent[type]?.messages ?? 0));
  return [number(proxies), ...messages, bytes(size), bytes(largest)];
}
