/** When proxies that began without configuration had theirs. */
import type { FleetResult } from '../../measure/recorder/fleet-result.js';
import type { RunResult } from '../../measure/recorder/result.js';
import { count, number, seconds, span } from './format.js';

/** Undefined where every proxy had its configuration from the start, and kept its istiod. */
export function readyLine({ readiness, resources, fleet }: RunResult): string | undefined {
  if (fleet !== undefined) return without(fleet);
  const { proxies, ready, first, half, percent_99, last } = readiness;
  if (proxies === 0) return undefined;
  const moments = [
    ['the first', first],
    ['half', half],
    ['99 %', percent_99],
  ] as const;
  const parts = moments.flatMap(([who, at]) => (at === null ? [] : [`${who} after ${seconds(at)}`]));
  const rest = parts.length === 0 ? '' : `: ${parts.join(', ')}`;
  if (last !== null) {
    const all = proxies === 1 ? 'the one proxy has' : `all ${number(proxies)} proxies have`;
    return `${all} their first configuration after ${seconds(last)}${rest}`;
  }
  const some = `${number(ready)} of ${count(proxies, 'proxy', 'proxies')} got their first configuration`;
  return `${some} in ${span(resources.simulated_s)}${rest}`;
}

/** In a few words, for a line with other things in it. */
export function readyShort({ readiness, resources, fleet }: RunResult): string | undefined {
  if (fleet !== undefined) return without(fleet);
  const { proxies, ready, half, last } = readiness;
  if (proxies === 0) return undefined;
  const middle = half === null ? '' : ` (half after ${seconds(half)})`;
  if (last !== null) return `all ${count(proxies, 'proxy', 'proxies')} configured after ${seconds(last)}${middle}`;
  const some = `${number(ready)} of ${count(proxies, 'proxy', 'proxies')} configured`;
  return `${some} in ${span(resources.simulated_s)}${middle}`;
}

/** Where connections come and go: a proxy may have been without istiod more than once. */
function without({ time_to_ready: ready }: FleetResult): string | undefined {
  const still = ready.waiting === 0 ? '' : `, ${count(ready.waiting, 'proxy', 'proxies')} to the end`;
  if (ready.count + ready.waiting === 0) return undefined;
  if (ready.count === 0) return `${count(ready.waiting, 'proxy is', 'proxies are')} without istiod to the end`;
  const times = `${seconds(ready.p50)} at p50, ${seconds(ready.max)} at most`;
  return `${count(ready.count, 'time')} a proxy was without istiod, ${times}${still}`;
}
