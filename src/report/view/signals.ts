/** The four golden signals of istiod, by the names of its own metrics. */

import { istiodOptions } from '../../fleet/istiod-options.js';
import { profileOf } from '../../istio/profile.js';
import type { Counter, Distribution, RunResult } from '../../measure/recorder/result.js';
import type { Scenario } from '../../scenario/scenario.js';
import { greatest } from '../../stats/extremes.js';
import { table } from '../text/table.js';
import { wrapped } from '../text/wrap.js';
import { bar, bytes, count, number, percent, seconds } from './format.js';
import { memoryText } from './memory.js';
import { readyLine } from './readiness.js';
import { groupTable, type LabelTable, typeTable } from './whose.js';

const TEXT_WIDTH = 98;

/** Percentiles of times under their names; what was never measured is left out. */
export function timesTable(rows: readonly (readonly [string, Distribution])[]): string[] {
  const measured = rows.filter(([, d]) => d.count > 0);
  if (measured.length === 0) return ['nothing measured'];
  const texts = measured.map(([label, d]) => [label, ...[d.p50, d.p90, d.p99, d.max].map(seconds), number(d.count)]);
  return table(['', 'p50', 'p90', 'p99', 'max', 'samples'], texts);
}

const ISTIOD_TIMES = [
  'pilot_debounce_time',
  'pilot_pushcontext_init_seconds',
  'pilot_proxy_queue_time',
  'pilot_proxy_convergence_time',
  'pilot_xds_push_time',
] as const;

/** Exact quantiles, and the p99 that `histogram_quantile` makes of istiod's buckets. */
export function latencySection({ metrics, panels }: RunResult): string[] {
  const rows = ISTIOD_TIMES.flatMap((name) => {
    const { count: samples, p50, p90, p99, max } = metrics[name];
    if (samples === 0) return [];
    const panel = panels[name]?.p99;
    return [[name, ...[p50, p90, p99, max].map(seconds), panel === undefined ? '' : seconds(panel), number(samples)]];
  });
  if (rows.length === 0) return ['nothing measured'];
  return table(['', 'p50', 'p90', 'p99', 'max', 'panel p99', 'samples'], rows);
}

export function trafficSection(scenario: Scenario, result: RunResult): string[] {
  const { metrics, resources } = result;
  const { pilot_xds_config_size_bytes: size } = metrics;
  const sent = bytes(resources.bytes_sent);
  const sizes = size.count === 0 ? '' : `; one message ${bytes(size.p50)} at p50, ${bytes(size.max)} at most`;
  return aligned([
    ['updates in', byLabel(metrics.pilot_inbound_updates)],
    ['triggers', byLabel(metrics.pilot_push_triggers)],
    ['pushes out', byLabel(metrics.pilot_xds_pushes)],
    ['bytes out', sent + sizes],
    ...connections(scenario, result),
  ]).concat(labelLines(typeTable(result)), labelLines(groupTable(result, GROUPS_SHOWN)));
}

const GROUPS_SHOWN = 6;

/** Indented under a line of their own; nothing where there is but one label. */
export function labelLines({ title, head, rows, more }: LabelTable): string[] {
  if (rows.length < 2) return [];
  const rest = more > 0 ? [`… and ${number(more)} more`] : [];
  return ['', ...table([title, ...head.slice(1)], rows), ...rest];
}

/** Only where proxies start without configuration: otherwise there is nothing to say. */
function connections(scenario: Scenario, result: RunResult): [string, string][] {
  const line = readyLine(result);
  return scenario.run.start === 'connected' || line === undefined ? [] : [['connections', line]];
}

export function errorsSection({ metrics, staleness }: RunResult): string[] {
  const unseen = staleness.unseen === 0 ? 'none' : `${count(staleness.unseen, 'change')} that no proxy needed`;
  return aligned([
    ['rejected', rejects(metrics, staleness.rejected)],
    ['expired nonces', byLabel(metrics.pilot_xds_expired_nonce)],
    ['without effect', unseen],
  ]);
}

/** How many messages, and what it meant to the changes in them. */
function rejects(
  metrics: RunResult['metrics'],
  { pairs, longest, still_open }: RunResult['staleness']['rejected'],
): string {
  const messages = byLabel(metrics.pilot_total_xds_rejects);
  if (pairs === 0) return messages;
  const mended = longest === 0 ? '' : `, for ${seconds(longest)} at most`;
  const open = still_open === 0 ? '' : `; ${number(still_open)} still at the end, in none of the times above`;
  return `${messages}; ${count(pairs, 'time')} a proxy went on without a change${mended}${open}`;
}

export function saturationSection(scenario: Scenario, result: RunResult): string[] {
  const { resources } = result;
  const memory = memoryText(result);
  const { cpu_seconds, cores, utilisation, queue_depth_max, slots_max } = resources;
  const { pushThrottle } = istiodOptions(scenario.istiod, profileOf(scenario.istio), cores);
  return aligned([
    [
      'CPU',
      `${bar(utilisation, 24)} ${percent(utilisation)} of ${count(cores, 'core')}: ${number(cpu_seconds)} CPU-seconds`,
    ],
    ['push queue', `${count(queue_depth_max, 'proxy', 'proxies')} at the deepest`],
    ['push slots', `${number(slots_max)} of ${number(pushThrottle)} in use at the most`],
    ...(memory === undefined ? [] : [['memory', memory] as const]),
  ]);
}

/** `510: cds 120, eds 150, …`, the largest first. */
function byLabel({ total, by }: Counter): string {
  const parts = Object.entries(by).filter(([, n]) => n > 0);
  parts.sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  if (total === 0) return 'none';
  return parts.length === 0
    ? number(total)
    : `${number(total)}: ${parts.map(([label, n]) => `${label} ${number(n)}`).join(', ')}`;
}

/** Labels in one column, texts in the other, wrapped under themselves. */
function aligned(rows: readonly (readonly [string, string])[]): string[] {
  const width = greatest(rows.map(([label]) => label.length));
  return rows.flatMap(([label, text]) =>
    wrapped(text, TEXT_WIDTH - width - 2).map((line, i) => `${(i === 0 ? label : '').padEnd(width)}  ${line}`),
  );
}
