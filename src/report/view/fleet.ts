/** Pods, connections and istiods, for people: who was served when, who died of what, what failed meanwhile. */
import type { DeadPart, EmptinessResult, FleetResult } from '../../measure/recorder/fleet-result.js';
import { table } from '../text/table.js';
import { wrapped } from '../text/wrap.js';
import { bytes, count, number, percent, seconds } from './format.js';

const ROWS_MAX = 12;

/** What there is to say, each under its name. */
export type FleetFact = readonly [name: string, text: string];

export function fleetFacts(fleet: FleetResult): readonly FleetFact[] {
  return [
    ...readyFacts(fleet),
    ...connectionFacts(fleet),
    ['memory', memoryVerdict(fleet)],
    ...istiodFacts(fleet),
    ...podFacts(fleet),
    ...failureFacts(fleet),
  ];
}

export function fleetSection(fleet: FleetResult): string[] {
  const facts = fleetFacts(fleet).flatMap(([name, text]) =>
    wrapped(text, 81).map((line, i) => `${(i === 0 ? name : '').padEnd(15)}${line}`),
  );
  const { head, rows, more } = istiodTable(fleet);
  return [...facts, '', ...table(head, rows), ...(more === 0 ? [] : [`and ${number(more)} more`])];
}

function readyFacts({ time_to_ready: ready }: FleetResult): FleetFact[] {
  const waiting = ready.waiting === 0 ? '' : `; ${count(ready.waiting, 'proxy', 'proxies')} still not at the end`;
  if (ready.count === 0) return waiting === '' ? [] : [['time to ready', `nobody was served again${waiting}`]];
  const { first, p50, p90, p99, max } = ready;
  const texts = [`first ${seconds(first)}`, `p50 ${seconds(p50)}`, `p90 ${seconds(p90)}`, `p99 ${seconds(p99)}`];
  const sum = `${count(ready.count, 'time')} a proxy was without istiod${waiting}`;
  return [
    ['time to ready', `${texts.join(', ')}, last ${seconds(max)}`],
    ['', sum],
  ];
}

function connectionFacts({ refused, connections }: FleetResult): FleetFact[] {
  const parts = [`${number(connections.opened)} opened`];
  if (connections.closed_by_age.count > 0)
    parts.push(
      `${number(connections.closed_by_age.count)} closed for their age (${seconds(connections.closed_by_age.p50)} at p50)`,
    );
  if (connections.timed_out > 0) parts.push(`${number(connections.timed_out)} cut off by the send timeout`);
  if (connections.imbalance > 0) parts.push(`fullest istiod ${number(connections.imbalance)} × the mean`);
  const facts: FleetFact[] = [['connections', parts.join(', ')]];
  if (refused.limited + refused.unavailable > 0) {
    const texts = [`${number(refused.limited)} by the limiter`, `${number(refused.unavailable)} found no istiod`];
    facts.push(['refused', texts.join(', ')]);
  }
  return facts;
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

const STEPS_MAX = 8;

function istiodFacts({ ready, replicas }: FleetResult): FleetFact[] {
  const steps = (all: readonly string[]) =>
    all.length <= STEPS_MAX
      ? all.join(', ')
      : `${all.slice(0, STEPS_MAX).join(', ')}, … (${number(all.length)} changes)`;
  const facts: FleetFact[] = [];
  if (ready.length > 1)
    facts.push(['istiods ready', steps(ready.map(({ at_s, istiods: n }) => `${n} at ${seconds(at_s)}`))]);
  if (replicas.length > 1)
    facts.push(['autoscaler', steps(replicas.map(({ at_s, replicas: n }) => `${n} at ${seconds(at_s)}`))]);
  return facts;
}

function podFacts({ pods, rollouts }: FleetResult): FleetFact[] {
  const facts: FleetFact[] = [];
  if (pods.started + pods.ended > 0) {
    const text = `${number(pods.started)} started, ${number(pods.ended)} ended, ${number(pods.ready)} ready at the end`;
    facts.push(['pods', text]);
  }
  if (rollouts.count > 0)
    facts.push([
      'rollouts',
      `${number(rollouts.count)}, ${seconds(rollouts.p50)} at p50, ${seconds(rollouts.max)} at most`,
    ]);
  return facts;
}

function failureFacts(fleet: FleetResult): FleetFact[] {
  const { dead_requests: dead, empty_services: services, empty_subsets: subsets } = fleet;
  const facts: FleetFact[] = [];
  if (dead.pairs > 0) {
    const { pairs, failed, longest, proxy_seconds } = dead;
    const most = dead.over_time.reduce((best, one) => (one.pairs > best.pairs ? one : best), { at_s: 0, pairs: 0 });
    const sum = `${count(pairs, 'pair')} of a proxy and an endpoint that was gone, ${number(proxy_seconds)} s in all`;
    facts.push(['dead requests', `${number(failed)} failed: ${sum}`]);
    facts.push(['', `${seconds(longest)} at most, ${number(most.pairs)} pairs at a time (from ${seconds(most.at_s)})`]);
    facts.push(['', `most to ${largest(dead.services, failed)}, from ${largest(dead.groups, failed)}`]);
  }
  const empty = ({ times, seconds: lasted, proxy_seconds }: EmptinessResult) =>
    `${count(times, 'time')}, ${seconds(lasted)} in all; ${number(proxy_seconds)} s × proxies`;
  if (services.times > 0) facts.push(['no endpoints', empty(services)]);
  if (fleet.late_clusters.times > 0) facts.push(['late clusters', `served without ${empty(fleet.late_clusters)}`]);
  if (subsets.times > 0) facts.push(['empty subsets', empty(subsets)]);
  return facts;
}

function largest(parts: Readonly<Record<string, DeadPart>>, all: number): string {
  const [[name, { failed }] = ['nobody', { failed: 0 }]] = Object.entries(parts);
  return all === 0 ? name : `${name} (${percent(failed / all)})`;
}

/** Each process, by start. */
export function istiodTable({ istiods }: FleetResult, shown = ROWS_MAX) {
  const rows = istiods.slice(0, shown).map((one) => {
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
  const head = ['istiod', 'started', 'ended', 'connections', 'at most', 'CPU', 'memory at most', 'pushes'];
  return { head, rows, more: istiods.length - rows.length };
}

/** Whose requests failed, and to whom: services and groups with most first. */
export function deadTables({ dead_requests: dead }: FleetResult) {
  const rows = (parts: Readonly<Record<string, DeadPart>>) =>
    Object.entries(parts).map(([name, part]) => [
      name,
      number(part.pairs),
      `${number(part.proxy_seconds)} s`,
      seconds(part.longest),
      number(part.failed),
    ]);
  return {
    head: ['', 'pairs', 'in all', 'longest', 'failed requests'],
    services: rows(dead.services),
    groups: rows(dead.groups),
  };
}
