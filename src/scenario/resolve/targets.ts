/** Whether what events act upon exists: an update of nothing is a typing mistake, not an experiment. */

import type { CreateObjects, EventEffect, EventSpec, Target } from '../../cluster/event-spec.js';
import type { MeshSpec } from '../../mesh/spec.js';
import type { Path, Reporter } from '../document/reporter.js';
import { didYouMean } from '../units/nearest.js';
import type { PlacedEvent } from './events.js';
import { entryHosts } from './proxies.js';

/** A Service or, as NAMESPACE/HOST, what a ServiceEntry makes. */
const WITH_ENDPOINTS = 'service with endpoints';

export function checkTargets(events: readonly PlacedEvent[], mesh: MeshSpec, reporter: Reporter): void {
  const created = events.flatMap(({ event }) => (event.what.do === 'create' ? [event.what] : []));
  const applied = events.flatMap(({ event }) => (event.what.do === 'apply' ? event.what.objects : []));
  const everything = {
    ...mesh,
    services: [...mesh.services, ...applied.flatMap((one) => (one.of === 'service' ? [one.service] : []))],
    configs: [...mesh.configs, ...applied.flatMap((one) => (one.of === 'config' ? [one.object] : []))],
    slices: [...(mesh.slices ?? []), ...applied.flatMap((one) => (one.of === 'slice' ? [one.slice] : []))],
    pods: [...(mesh.pods ?? []), ...applied.flatMap((one) => (one.of === 'pod' ? [one.pod] : []))],
  };
  const known = new Map<string, ReadonlyMap<string, number>>();
  const namesOf = (kind: string) => {
    const found = known.get(kind) ?? countsOf(everything, kind);
    known.set(kind, found);
    return found;
  };
  for (const { event, path, aimedBy } of events) {
    const aim = aimOf(event.what, aimedBy);
    if (!aim) continue;
    const { kind, target } = aim;
    const names = namesOf(kind);
    if (aim.groups && target.pick === 'named' && names.has(`${target.namespace}/${target.name}`)) continue;
    if (exists(target, names)) {
      if (isGone(event, kind, target, events)) {
        const text = `a ${kind === WITH_ENDPOINTS ? 'Service' : kind} that is still there: it is deleted before`;
        reporter.warn('bad-value', [...path, ...aim.path], text, { hint: 'this event changes nothing' });
      }
      continue;
    }
    if (created.some((create) => mayCreate(create, kind, target))) {
      warnOfNumbers(kind, target, events, [...path, ...aim.path], reporter);
      continue;
    }
    const at = [...path, ...aim.path];
    if (target.pick === 'named') {
      const text = `${target.namespace}/${target.name}`;
      const several = names.get(text);
      const hint = several === undefined ? didYouMean(text, names.keys()) : `there are several: ${text}-0 is the first`;
      const what = kind === WITH_ENDPOINTS ? 'Service' : kind;
      if (event.what.do === 'delete') {
        // As kubectl delete --ignore-not-found.
        reporter.warn('no-target', at, `there is no ${what} ${text}, so this event changes nothing`, { hint });
      } else reporter.error('unknown-name', at, `a ${what} of the mesh`, { received: text, hint });
    } else {
      const where = target.namespace === undefined ? '' : ` in namespace ${target.namespace}`;
      reporter.warn('no-target', at, `there is no ${kind}${where}, so this event changes nothing`);
    }
  }
}

/** Whether the object was deleted before the event first happens, and nothing has made it again. */
function isGone(event: EventSpec, kind: string, target: Target, events: readonly PlacedEvent[]): boolean {
  if (target.pick !== 'named') return false;
  const meant = kind === WITH_ENDPOINTS ? 'Service' : kind;
  const before = events.filter(({ event: other }) => other !== event && other.when.at < event.when.at);
  const deleted = before.some(
    ({ event: { what } }) =>
      what.do === 'delete' &&
      what.kind === meant &&
      what.target.pick === 'named' &&
      what.target.name === target.name &&
      what.target.namespace === target.namespace,
  );
  const made = events.some(({ event: { what } }) => what.do === 'apply' || what.do === 'create');
  return deleted && !made;
}

/** Of what is created NAME-0, NAME-1, … only so many are, whatever number is aimed at. */
function warnOfNumbers(
  kind: string,
  target: Target,
  events: readonly PlacedEvent[],
  path: Path,
  reporter: Reporter,
): void {
  if (target.pick !== 'named') return;
  const numbers = events.map(({ event }) => {
    if (event.what.do !== 'create' || !mayCreate(event.what, kind, target)) return 0;
    const number = target.name.slice(event.what.name.length + 1);
    if (!/^(0|[1-9]\d{0,8})$/.test(number)) return 0;
    // How many a poisson source makes is chance.
    return event.when.kind === 'poisson' || Number(number) < event.when.count ? 1 : 0;
  });
  if (numbers.some((found) => found > 0)) return;
  const text = `there will never be a ${kind === WITH_ENDPOINTS ? 'Service' : kind} ${target.namespace}/${target.name}`;
  reporter.warn('no-target', path, text, { hint: 'this event changes nothing' });
}

/** Names of that kind, and how many things each stands for: more than one only for proxies, named NAME-0, NAME-1, … */
function countsOf(mesh: MeshSpec, kind: string): ReadonlyMap<string, number> {
  const id = (o: { readonly namespace: string; readonly name: string }) => `${o.namespace}/${o.name}`;
  if (kind === 'proxy') return new Map(mesh.proxies.map((proxy) => [id(proxy), proxy.count]));
  // By name, endpoints of an external service may change, too: NAMESPACE/HOST.
  if (kind === WITH_ENDPOINTS) {
    const hosts = mesh.configs.flatMap((config) =>
      entryHosts(config).map((name) => ({ namespace: config.namespace, name })),
    );
    return new Map([...mesh.services, ...hosts].map((object) => [id(object), 1]));
  }
  return new Map(objectsOf(mesh, kind).map((object) => [id(object), 1]));
}

function objectsOf(mesh: MeshSpec, kind: string) {
  if (kind === 'Service') return mesh.services;
  if (kind === 'EndpointSlice') return mesh.slices ?? [];
  return kind === 'Pod' ? (mesh.pods ?? []) : mesh.configs.filter((config) => config.kind === kind);
}

interface Aim {
  readonly kind: string;
  readonly target: Target;
  readonly path: string[];
  /** The name of a group stands for all of it. */
  readonly groups?: boolean;
}

function aimOf(what: EventEffect, aimedBy: string): Aim | undefined {
  switch (what.do) {
    case 'update':
    case 'delete':
      return { kind: what.kind, target: what.target, path: [what.do, aimedBy] };
    case 'endpoints':
      return {
        kind: what.target.pick === 'named' ? WITH_ENDPOINTS : 'Service',
        target: what.target,
        path: ['endpoints', 'services'],
      };
    case 'proxyUpdate':
      return { kind: 'proxy', target: what.target, path: ['proxyUpdate'] };
    case 'reject': {
      const { proxies } = what;
      const path = ['reject', 'proxies'];
      if (proxies.pick === 'named') return { kind: 'proxy', target: proxies, path, groups: true };
      const within = proxies.pick === 'namespace' ? { namespace: proxies.namespace } : {};
      return { kind: 'proxy', target: { pick: 'any', ...within }, path };
    }
    default:
      return undefined;
  }
}

function exists(target: Target, names: ReadonlyMap<string, number>): boolean {
  if (target.pick === 'named') {
    const text = `${target.namespace}/${target.name}`;
    const [, base = '', index = ''] = /^(.*)-(0|[1-9]\d{0,8})$/.exec(text) ?? [];
    const several = names.get(base) ?? 0;
    return names.get(text) === 1 || (several > 1 && Number(index) < several);
  }
  for (const [name, count] of names) {
    if (count > 0 && (target.namespace === undefined || name.startsWith(`${target.namespace}/`))) return true;
  }
  return false;
}

function mayCreate(create: CreateObjects, kind: string, target: Target): boolean {
  const created = kind === WITH_ENDPOINTS ? 'Service' : kind;
  if (!(create.kinds as readonly string[]).includes(created)) return false;
  if (target.namespace !== undefined && target.namespace !== create.namespace) return false;
  return target.pick !== 'named' || target.name.startsWith(`${create.name}-`);
}
