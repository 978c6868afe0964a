/** Pods, connections and istiods, for people: who was served when, who died of what, what failed meanwhile. */
import type { FleetResult, IstiodResult } from '../../measure/recorder/fleet-result.js';
import { table } from '../text/table.js';
import { bytes, count, number, percent, seconds } from './format.js';

const ROWS_MAX = 12;

export function fleetSection(fleet: FleetResult): string[] {
  return [
    ...readyLines(fleet),
    ...connectionLines(fleet),
    memoryLine(fleet),
    ...podLines(fleet),
    '',
    ...istiodTable(fleet.istiods),
  ];
}

function readyLines({ time_to_ready: ready }: FleetResult): string[] {
  const waiting = ready.waiting === 0 ? '' : `; ${count(ready.waiting, 'proxy', 'proxies')} still not at the end`;
  if (ready.count === 0) return waiting === '' ? [] : [`time to ready  nobody was served again${waiting}`];
  const { first, p50, p90, p99, max } = ready;
  const texts = [`first ${seconds(first)}`, `p50 ${seconds(p50)}`, `p90 ${seconds(p90)}`, `p99 ${seconds(p99)}`];
  const sum = `${count(ready.count, 'time')} a proxy was without istiod${waiting}`;
  return [`time to ready  ${texts.join(', ')}, last ${seconds(max)}`, `               ${sum}`];
}

function connectionLines({ refused, connections }: FleetResult): string[] {
  const parts = [`${number(connections.opened)} opened`];
  if (connections.closed_by_age.count > 0)
    parts.push(
      `${number(connections.closed_by_age.count)} closed for their age (${seconds(connections.closed_by_age.p50)} at p50)`,
    );
  if (connections.timed_out > 0) parts.push(`${number(connections.timed_out)} cut off by the send timeout`);
  if (connections.imbalance > 0) parts.push(`fullest istiod ${number(connections.imbalance)} × the mean`);
  const lines = [`connections    ${parts.join(', ')}`];
  if (refused.limited + refused.unavailable > 0) {
    const texts = [`${number(refused.limited)} by the limiter`, `${number(refused.unavailable)} found no istiod`];
    lines.push(`refused        ${texts.join(', ')}`);
  }
  return lines;
}

/** Whether memory suffices, in words. */
export function memoryVerdict({ memory, istiods }: FleetResult): string {
  const { limit, memory_max, out_of_memory } = memory;
  if (memory_max === 0) return 'not modelled with plain-number costs';
  if (out_of_memory > 0) {
    const first = istiods.find(({ ended_by }) => ended_by === 'out of memory');
    const when = first?.ended_s === undefined ? '' : `, first ${first.pod} at ${seconds(first.ended_s)}`;
    return `${bytes(limit)} do not suffice: killed ${count(out_of_memory, 'time')} for memory${when}`;
  }
  const share = memory_max / limit;
  const close = share > 0.9 ? ': collections take up to half of the CPU' : '';
  return `${bytes(memory_max)} at the most of ${bytes(limit)} (${percent(share)})${close}`;
}

function memoryLine(fleet: FleetResult): string {
  return `memory         ${memoryVerdict(fleet)}`;
}

function podLines(fleet: FleetResult): string[] {
  const { pods, rollouts, dead_requests: dead, empty_services: empty, replicas } = fleet;
  const lines: string[] = [];
  if (pods.started + pods.ended > 0)
    lines.push(
      `pods           ${number(pods.started)} started, ${number(pods.ended)} ended, ${number(pods.ready)} ready at the end`,
    );
  if (rollouts.count > 0)
    lines.push(
      `rollouts       ${number(rollouts.count)}, ${seconds(rollouts.p50)} at p50, ${seconds(rollouts.max)} at most`,
    );
  if (dead.pairs > 0)
    lines.push(
      `dead requests  ${number(dead.failed)} failed: ${count(dead.pairs, 'pair')} of a proxy and an endpoint that was gone, ${number(dead.proxy_seconds)} s in all`,
    );
  if (empty.times > 0) lines.push(`no endpoints   ${count(empty.times, 'time')}, ${seconds(empty.seconds)} in all`);
  if (replicas.length > 1)
    lines.push(
      `autoscaler     ${replicas
        .map(({ at_s, replicas: n }) => `${n} at ${seconds(at_s)}`)
        .slice(0, 8)
        .join(', ')}`,
    );
  return lines;
}

function istiodTable(istiods: readonly IstiodResult[]): string[] {
  const rows = istiods.slice(0, ROWS_MAX).map((one) => {
    const { pod, istio, started_s, ended_s, ended_by, connections, connections_max, cpu_seconds, memory_max } = one;
    const end = ended_s === undefined ? 'lives' : `${ended_by ?? ''} at ${seconds(ended_s)}`;
    return [
      `${pod} (${istio})`,
      seconds(started_s),
      end,
      number(connections),
      number(connections_max),
      `${number(cpu_seconds)} s`,
      bytes(memory_max),
      number(one.pushes),
    ];
  });
  const left = istiods.length > ROWS_MAX ? [`and ${number(istiods.length - ROWS_MAX)} more`] : [];
  const head = ['istiod', 'started', 'ended', 'connections', 'at most', 'CPU', 'memory at most', 'pushes'];
  return [...table(head, rows), ...left];
}
