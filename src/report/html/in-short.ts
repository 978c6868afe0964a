/** The answer before the charts: what a reader would otherwise have to work out from them. */

import type { RunResult } from '../../measure/recorder/result.js';
import { PHASES } from '../../measure/staleness/phases.js';
import { count, percent, seconds } from '../view/format.js';
import { escaped } from './text.js';

export function inShort(result: RunResult): string {
  const sentences = [whereTimeWent(result), whoCaused(result), preStop(result)].filter((text) => text !== undefined);
  return sentences.length === 0 ? '' : `<ul class="short">${sentences.map((text) => `<li>${text}</li>`).join('')}</ul>`;
}

function whereTimeWent({ staleness: { per_proxy, phases, to_last_proxy } }: RunResult): string | undefined {
  if (per_proxy.count === 0) return undefined;
  const [longest = 'watch'] = [...PHASES].sort((a, b) => phases[b].mean - phases[a].mean);
  const share = percent(phases[longest].mean / (per_proxy.mean || 1));
  return `A change took <b>${seconds(per_proxy.mean)}</b> on average to reach a proxy, and ${seconds(to_last_proxy.p99)} at p99 to reach the last one; ${share} of it was the ${longest}.`;
}

/** Below this share no single object is worth naming, and its source may be. */
const NOTABLE = 0.2;

function whoCaused({ attribution: { object, source }, metrics: { pilot_xds_pushes } }: RunResult): string | undefined {
  const [largest] = object.filter(({ label }) => label !== 'none');
  const alone = largest !== undefined && largest.messages / pilot_xds_pushes.total >= NOTABLE;
  const first = alone ? largest : source[0];
  if (first === undefined || first.messages === 0) return undefined;
  const share = percent(first.messages / pilot_xds_pushes.total);
  return `<b>${escaped(first.label)}</b> caused most: ${share} of the messages, by ${count(first.changes, 'write')}.`;
}

function preStop({ staleness: { dead_endpoints: dead } }: RunResult): string | undefined {
  if (dead.pairs === 0) return undefined;
  return `Pods are safe to stop <b>${seconds(dead.safe_prestop_99_9)}</b> after their endpoint was removed (99.9 % of the proxies; ${seconds(dead.safe_prestop_100)} for all).`;
}
