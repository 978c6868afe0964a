/** What operators feel and dashboards hide: from the change of an object to Envoy using it. */

import type { RunResult } from '../../measure/recorder/result.js';
import { PHASES } from '../../measure/staleness/phases.js';
import { wrapped } from '../text/wrap.js';
import { count, percent, seconds } from './format.js';
import { timesTable } from './signals.js';

export function stalenessSection({ metrics, staleness }: RunResult): string[] {
  const { pilot_proxy_convergence_time: shown } = metrics;
  const rows = timesTable([
    ['change → one proxy uses it', staleness.per_proxy],
    ['change → last proxy uses it', staleness.to_last_proxy],
    ['the dashboard shows', shown],
  ]);
  if (staleness.per_proxy.count === 0 || shown.count === 0) return rows;
  const sentence =
    `At p99 a change took ${seconds(staleness.per_proxy.p99)} to reach a proxy where the dashboard shows ` +
    `${seconds(shown.p99)}: istiod's clock starts only when the proxy is queued, after the watch, the debounce and ` +
    `the push context, and stops at the send, before the wire and Envoy.`;
  return [...rows, '', ...wrapped(sentence, 98), ...phaseLines(staleness), ...preStopLines(staleness)];
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
