/** The results of several istiods as one: what Prometheus sums up over them, and times of all of them together. */

import type { Fingerprint } from '../../engine/fingerprint.js';
import { SECOND } from '../../engine/time.js';
import { greatest, least } from '../../stats/extremes.js';
import { Histogram } from '../../stats/histogram.js';
import { PHASES } from '../staleness/phases.js';
import { labelled, summary } from './breakdowns.js';
import { combinedTraffic, eachCombined } from './combine.js';
import type { Distributions } from './distributions.js';
import type { Attribution, AttributionRow, Counter, Distribution, RunResult } from './result.js';

export interface Part {
  readonly result: RunResult;
  readonly distributions: Distributions;
}

/** `fingerprint` is fed those of the parts. Of one part the result is its own. */
export function mergeResults(parts: readonly Part[], fingerprint: Fingerprint): RunResult {
  const [first] = parts;
  if (first === undefined) throw new Error('there is no result to merge');
  if (parts.length === 1) return first.result;
  const results = parts.map(({ result }) => result);
  const [mostProxies] = [...results].sort((a, b) => b.resources.proxies - a.resources.proxies);
  const of = (name: keyof Omit<Distributions, 'phases' | 'dead' | 'byLabel'>, unit = SECOND): Distribution =>
    summary(together(parts.map(({ distributions }) => distributions[name])), unit);
  const sum = (read: (result: RunResult) => number): number => results.reduce((total, one) => total + read(one), 0);
  const most = (read: (result: RunResult) => number): number => greatest(results.map(read));
  for (const { fingerprint: text } of results)
    for (const half of text.match(/.{1,8}/g) ?? []) fingerprint.number(Number.parseInt(half, 16) || 0);
  return {
    metrics: metricsOf(results, of),
    staleness: stalenessOf(parts, of),
    panels: worstPanels(results),
    readiness: mostProxies!.readiness,
    traffic: combinedTraffic(results.map(({ traffic }) => traffic)),
    attribution: attributionOf(results),
    rounds: results.flatMap(({ rounds }) => rounds).sort((a, b) => a.at_s - b.at_s),
    resources: {
      ...mostProxies!.resources,
      cpu_seconds: sum(({ resources }) => resources.cpu_seconds),
      utilisation: most(({ resources }) => resources.utilisation),
      bytes_sent: sum(({ resources }) => resources.bytes_sent),
      proxies_made_ready: sum(({ resources }) => resources.proxies_made_ready),
      heap_bytes_max: most(({ resources }) => resources.heap_bytes_max),
      memory_bytes_max: most(({ resources }) => resources.memory_bytes_max),
      pushes_merged: sum(({ resources }) => resources.pushes_merged),
      throttled_periods: sum(({ resources }) => resources.throttled_periods),
      heap_bytes: most(({ resources }) => resources.heap_bytes),
      queue_depth_max: most(({ resources }) => resources.queue_depth_max),
      slots_max: most(({ resources }) => resources.slots_max),
    },
    fingerprint: fingerprint.hex(),
  };
}

function stalenessOf(
  parts: readonly Part[],
  of: (name: keyof Omit<Distributions, 'phases' | 'dead' | 'byLabel'>) => Distribution,
): RunResult['staleness'] {
  const results = parts.map(({ result }) => result);
  const sum = (read: (result: RunResult) => number): number => results.reduce((total, one) => total + read(one), 0);
  const most = (read: (result: RunResult) => number): number => greatest(results.map(read));
  const { dead } = parts[0]!.distributions;
  for (const { distributions } of parts.slice(1)) dead.absorb(distributions.dead);
  return {
    per_proxy: of('per_proxy'),
    to_half: of('to_half'),
    to_99_percent: of('to_99_percent'),
    to_last_proxy: of('to_last_proxy'),
    phases: Object.fromEntries(
      PHASES.map((phase, i) => [
        phase,
        summary(together(parts.map(({ distributions }) => distributions.phases[i]!)), SECOND),
      ]),
    ) as RunResult['staleness']['phases'],
    by: labelled(parts.map(({ distributions }) => distributions.byLabel)),
    skew: {
      all: eachCombined(results.map(({ staleness }) => ({ all: staleness.skew.all }))).all!,
      pairs: eachCombined(results.map(({ staleness }) => staleness.skew.pairs)),
    },
    unseen: least(results.map(({ staleness }) => staleness.unseen)),
    dead_endpoints: dead.result(),
    missing_subsets: {
      windows: sum(({ staleness }) => staleness.missing_subsets.windows),
      proxies: sum(({ staleness }) => staleness.missing_subsets.proxies),
      longest: most(({ staleness }) => staleness.missing_subsets.longest),
      proxy_seconds: sum(({ staleness }) => staleness.missing_subsets.proxy_seconds),
      still_open: sum(({ staleness }) => staleness.missing_subsets.still_open),
    },
    rejected: {
      pairs: sum(({ staleness }) => staleness.rejected.pairs),
      longest: most(({ staleness }) => staleness.rejected.longest),
      still_open: sum(({ staleness }) => staleness.rejected.still_open),
    },
  };
}

function metricsOf(
  results: readonly RunResult[],
  of: (name: keyof Omit<Distributions, 'phases' | 'dead' | 'byLabel'>, unit?: number) => Distribution,
): RunResult['metrics'] {
  const counter = (read: (metrics: RunResult['metrics']) => Counter): Counter =>
    counters(results.map(({ metrics }) => read(metrics)));
  return {
    pilot_inbound_updates: counter((metrics) => metrics.pilot_inbound_updates),
    pilot_push_triggers: counter((metrics) => metrics.pilot_push_triggers),
    pilot_xds_pushes: counter((metrics) => metrics.pilot_xds_pushes),
    pilot_xds_expired_nonce: counter((metrics) => metrics.pilot_xds_expired_nonce),
    pilot_total_xds_rejects: counter((metrics) => metrics.pilot_total_xds_rejects),
    pilot_k8s_cfg_events: counter((metrics) => metrics.pilot_k8s_cfg_events),
    pilot_k8s_reg_events: counter((metrics) => metrics.pilot_k8s_reg_events),
    pilot_debounce_time: of('pilot_debounce_time'),
    pilot_pushcontext_init_seconds: of('pilot_pushcontext_init_seconds'),
    pilot_proxy_queue_time: of('pilot_proxy_queue_time'),
    pilot_proxy_convergence_time: of('pilot_proxy_convergence_time'),
    pilot_xds_push_time: of('pilot_xds_push_time'),
    pilot_xds_send_time: of('pilot_xds_send_time'),
    pilot_xds_config_size_bytes: of('pilot_xds_config_size_bytes', 1),
  };
}

/** A panel shows one line for each istiod: the highest. */
function worstPanels(results: readonly RunResult[]): RunResult['panels'] {
  const worst: Record<string, RunResult['panels'][string]> = {};
  for (const { panels } of results) {
    for (const [name, panel] of Object.entries(panels)) if (panel.p99 >= (worst[name]?.p99 ?? 0)) worst[name] = panel;
  }
  return worst;
}

function together(histograms: readonly Histogram[]): Histogram {
  const all = new Histogram();
  for (const histogram of histograms) all.absorb(histogram);
  return all;
}

function counters(parts: readonly Counter[]): Counter {
  const by = new Map<string, number>();
  for (const part of parts)
    for (const [label, count] of Object.entries(part.by)) by.set(label, (by.get(label) ?? 0) + count);
  const entries = [...by].sort(([a], [b]) => (a < b ? -1 : 1));
  return { total: parts.reduce((sum, { total }) => sum + total, 0), by: Object.fromEntries(entries) };
}

/** Writes are seen by every istiod and happened once; the work is the sum. */
function attributionOf(results: readonly RunResult[]): Attribution {
  const rows = (read: (attribution: Attribution) => readonly AttributionRow[]): AttributionRow[] => {
    const by = new Map<string, AttributionRow>();
    for (const row of results.flatMap(({ attribution }) => read(attribution))) {
      const known = by.get(row.label);
      by.set(row.label, known === undefined ? row : added(known, row));
    }
    return [...by.values()].sort(
      (a, b) => b.messages - a.messages || b.cpu_seconds - a.cpu_seconds || (a.label < b.label ? -1 : 1),
    );
  };
  return {
    trigger: rows(({ trigger }) => trigger),
    kind: rows(({ kind }) => kind),
    namespace: rows(({ namespace }) => namespace),
    object: rows(({ object }) => object),
    source: rows(({ source }) => source),
    unattributed_cpu_seconds: results.reduce((sum, { attribution }) => sum + attribution.unattributed_cpu_seconds, 0),
  };
}

function added(a: AttributionRow, b: AttributionRow): AttributionRow {
  return {
    label: a.label,
    changes: Math.max(a.changes, b.changes),
    alone: a.alone + b.alone,
    together: a.together + b.together,
    messages: a.messages + b.messages,
    bytes: a.bytes + b.bytes,
    cpu_seconds: a.cpu_seconds + b.cpu_seconds,
  };
}
