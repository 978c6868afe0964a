/** What operators feel and dashboards hide: from the change of an object to Envoy using it. */
import type { RunResult } from '../measure/result.js';
import { seconds } from './format.js';
import { timesTable } from './signals.js';
import { wrapped } from './wrap.js';

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
  return [...rows, '', ...wrapped(sentence, 98)];
}
