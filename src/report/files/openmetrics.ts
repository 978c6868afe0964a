/**
 * A run as an OpenMetrics file with timestamps, for `promtool tsdb create-blocks-from openmetrics`: dashboards and
 * queries written for istiod then work on it unchanged.
 *
 * istiod's counters lack the `_total` that OpenMetrics demands of counters, so those are declared `unknown`, which keeps
 * their names. Every series starts at 0 with its istiod; a real one appears with its first record.
 */
import type { FamilySpec } from '../../istio/metric-families.js';
import type { Labels } from '../../measure/metrics/registry.js';
import type { Recording } from '../../measure/recorder/recording.js';
import { timedFamilies } from './exposition.js';

/** Simulated time 0 in the file: the beginning of 2024 (seconds since 1970). The same for every run, so runs compare. */
export const EPOCH_SECONDS = 1_704_067_200;

/** Ends in the end-of-file mark. Numbers are written in full: reading them gives the same doubles. */
export function openMetrics(recording: Recording): string {
  const lines: string[] = [];
  for (const { family, groups } of timedFamilies(recording)) {
    const { name, type } = declared(family);
    lines.push(`# TYPE ${name} ${type}`, `# HELP ${name} ${family.help}`);
    for (const { times, series: group } of groups) {
      const heads = group.map((series) => `${series.name}${labelText(series.labels)}`);
      for (const [row, at] of times.entries()) {
        const time = timestamp(at);
        for (const [i, series] of group.entries()) lines.push(`${heads[i]} ${series.values[row]} ${time}`);
      }
    }
  }
  return `${lines.join('\n')}\n# EOF\n`;
}

function declared({ name, type }: FamilySpec): { readonly name: string; readonly type: string } {
  if (type !== 'counter') return { name, type };
  return name.endsWith('_total') ? { name: name.slice(0, -'_total'.length), type } : { name, type: 'unknown' };
}

/** Seconds to the millisecond, which is as fine as Prometheus keeps them. */
function timestamp(at: number): string {
  const milliseconds = Math.round(at / 1e6);
  const whole = Math.floor(milliseconds / 1000);
  return `${EPOCH_SECONDS + whole}.${String(milliseconds % 1000).padStart(3, '0')}`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
