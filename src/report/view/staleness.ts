/** What operators feel and dashboards hide: from the change of an object to Envoy using it. */

import type { RunResult } from '../../measure/recorder/result.js';
import { PHASES } from '../../measure/staleness/phases.js';
import { wrapped } from '../text/wrap.js';
import { count, percent, seconds } from './format.js';
import { labelLines, timesTable } from './signals.js';
import { skewText, stalenessTables } from './whose.js';

export function stalenessSection(result: RunResult): string[] {
  const { metrics, staleness, panels } = result;
  const { pilot_proxy_convergence_time: exact } = metrics;
  const panel = panels.pilot_proxy_convergence_time;
  const rows = timesTable([
    ['change → one proxy uses it', staleness.per_proxy],
    ['change → last proxy uses it', staleness.to_last_proxy],
    ['convergence as istiod times it', exact],
  ]);
  if (panel !== undefined) rows.push(...panelLine(rows[0] ?? '', [panel.p50, panel.p90, panel.p99].map(seconds)));
  if (staleness.per_proxy.count === 0) return rows;
  const lines = [...rows, ...sentence(result), ...phaseLines(staleness), ...preStopLines(staleness)];
  for (const each of stalenessTables(result, LABELS_SHOWN)) lines.push(...labelLines(each));
  const skew = skewText(result);
  return skew === undefined ? lines : [...lines, '', ...wrapped(skew, 98)];
}

const LABELS_SHOWN = 5;

/** Under the columns of a table whose head this is; a panel has no maximum. */
function panelLine(head: string, texts: readonly string[]): string[] {
  const ends = ['p50', 'p90', 'p99'].map((name) => head.indexOf(name) + name.length);
  let line = 'a Prometheus panel shows';
  for (const [i, text] of texts.entries()) line = `${line.padEnd(ends[i]! - text.length)}${text}`;
  return [line];
}

function sentence({ metrics, staleness, panels }: RunResult): string[] {
  const { p99 } = metrics.pilot_proxy_convergence_time;
  const panel = panels.pilot_proxy_convergence_time?.p99;
  if (metrics.pilot_proxy_convergence_time.count === 0) return [];
  const shown = panel === undefined ? '' : ` (${seconds(panel)} on a dashboard, which knows buckets only)`;
  const text =
    `At p99 a change took ${seconds(staleness.per_proxy.p99)} to reach a proxy where istiod measures ` +
    `${seconds(p99)}${shown}: istiod's clock starts only when the proxy is queued, after the watch, the debounce and ` +
    `the push context, and stops at the send, before the wire and Envoy.`;
  return ['', ...wrapped(text, 98)];
}

/** Where the mean went, the largest part first: `debounce 71 %, envoy 20 %, …`. */
function phaseLines({ per_proxy, phases }: RunResult['staleness']): string[] {
  const parts = PHASES.map((phase) => [phase, phases[phase].mean / per_proxy.mean] as const)
    .filter(([, share]) => share >= 0.001)
    .sort(([, a], [, b]) => b - a)
    .map(([phase, share]) => `${phase} ${percent(share)}`);
  return parts.length === 0 ? [] : ['', ...wrapped(`Where the time went: ${parts.join(', ')}.`, 98)];
}

function preStopLines({ dead_endpoints: dead, missing_subsets: missing }: RunResult['staleness']): string[] {
  const lines: string[] = [];
  if (dead.pairs > 0) {
    const { safe_prestop_99, safe_prestop_99_9, safe_prestop_100 } = dead;
    const times = [safe_prestop_99, safe_prestop_99_9, safe_prestop_100].map(seconds);
    const text = `Smallest safe preStop: ${times[0]} for 99 % of the proxies, ${times[1]} for 99.9 %, ${times[2]} for all.`;
    lines.push('', ...wrapped(text, 98));
  }
  lines.push(...subsetLines(missing));
  return lines;
}

function subsetLines({ windows, longest, still_open }: RunResult['staleness']['missing_subsets']): string[] {
  if (windows === 0 && still_open === 0) return [];
  const over = windows === 0 ? [] : [`${count(windows, 'time')}, at most for ${seconds(longest)}`];
  const open = still_open === 0 ? [] : [`${count(still_open, 'time')} still at the end`];
  return ['', ...wrapped(`Routes to a subset that was not there: ${[...over, ...open].join('; ')}.`, 98)];
}
