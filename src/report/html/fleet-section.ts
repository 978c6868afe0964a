/** The report page's section about pods, connections and istiods. */
import type { FleetResult } from '../../measure/recorder/fleet-result.js';
import type { RunResult } from '../../measure/recorder/result.js';
import { deadTables, fleetFacts, istiodTable } from '../view/fleet.js';
import { number, seconds } from '../view/format.js';
import { escaped, htmlTable } from './text.js';

const ISTIODS_SHOWN = 50;

export function fleetSection({ fleet }: RunResult): string {
  if (fleet === undefined) return '';
  const facts = fleetFacts(fleet).map(([name, text]) => `<dt>${escaped(name)}</dt><dd>${escaped(text)}</dd>`);
  const { head, rows, more } = istiodTable(fleet, ISTIODS_SHOWN);
  const rest = more > 0 ? `<p class="note">… and ${number(more)} more in summary.json</p>` : '';
  return [
    `<section class="fleet"><h2>Fleet: pods, connections, istiods</h2>${cards(fleet)}<dl class="facts">${facts.join('')}</dl>`,
    `<h3>Each istiod</h3><p class="note">A container that was started again is a process of its own.</p>${htmlTable(head, rows)}${rest}`,
    `${deadEndpoints(fleet)}</section>`,
  ].join('');
}

/** Exact values for tools. */
function cards({ time_to_ready: ready, connections, memory, dead_requests: dead }: FleetResult): string {
  const values: readonly (readonly [string, number, string, string])[] = [
    ['time_to_ready.p50', ready.p50, seconds(ready.p50), 'half of the proxies were served again within'],
    ['time_to_ready.max', ready.max, seconds(ready.max), 'the last one within'],
    [
      'imbalance.max',
      connections.imbalance,
      `${number(connections.imbalance)} ×`,
      'connections of the fullest istiod, of the mean',
    ],
    ['out_of_memory.total', memory.out_of_memory, number(memory.out_of_memory), 'istiods killed for memory'],
    ['failed_requests.total', dead.failed, number(dead.failed), 'requests to endpoints that were gone'],
  ];
  const shown = values.filter(([name]) => !name.startsWith('time_to_ready') || ready.count > 0);
  const items = shown.map(
    ([name, value, text, says]) =>
      `<li>${says} <b data-metric="${name}" data-value="${value}">${escaped(text)}</b></li>`,
  );
  return `<ul class="short">${items.join('')}</ul>`;
}

function deadEndpoints(fleet: FleetResult): string {
  const { dead_requests: dead } = fleet;
  if (dead.pairs === 0) return '';
  const { head, services, groups } = deadTables(fleet);
  return [
    '<h3>Who still sends to endpoints that are gone</h3>',
    '<p class="note">Pairs of a proxy and an endpoint that had stopped, from then until the proxy knew it.</p>',
    `<h4>to</h4>${htmlTable(head, services)}<h4>from</h4>${htmlTable(head, groups)}`,
  ].join('');
}
