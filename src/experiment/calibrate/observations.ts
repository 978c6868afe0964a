/**
 * What each window of a recording says about the coefficients: a measured time and the features it should be linear in.
 */
import { profileOf } from '../../istio/profile.js';
import { median } from '../../stats/median.js';
import { extra, gatewayGenerations, generations, type Window, warm } from './windows.js';

/** Groups of coefficients that are fitted together. */
export type Group =
  | 'lds'
  | 'cds'
  | 'cds.walk'
  | 'cds.miss'
  | 'eds'
  | 'eds.walk'
  | 'eds.miss'
  | 'rds.hit'
  | 'rds.miss'
  | 'send'
  | 'state.targets'
  | 'state.base'
  | 'state.scope'
  | 'gateway.rds'
  | 'context.services'
  | 'context.virtualServices'
  | 'context.destinationRules'
  | 'context.gateways';

export interface Observation {
  readonly group: Group;
  readonly features: readonly number[];
  /** Microseconds. */
  readonly value: number;
}

/** Longer pieces were cut by the scheduler and hold other goroutines' time as well. */
const UNSLICED_US = 15_000;
const TYPES = ['CDS', 'EDS', 'LDS', 'RDS'] as const;

export function observe(window: Window): readonly Observation[] {
  return [...generation(window), ...missing(window), ...send(window), ...state(window), ...context(window)];
}

function generation(window: Window): Observation[] {
  const { op, visible: n, virtualServices: v, moreRoutes: r, setUp } = window;
  const forced = op === 'full';
  const found: Observation[] = [];
  const add = (group: Group, type: string, features: readonly number[]) => {
    const times = generations(window, type);
    if (times.length >= 4) found.push({ group, features, value: warm(times) });
  };
  add('lds', 'LDS', [1, n]);
  add(setUp.xds === 'delta' && !forced ? 'cds.walk' : 'cds', 'CDS', [1, n]);
  if (forced) add('eds', 'EDS', [n]);
  if (op === 'ep') add('eds.walk', 'EDS', [1, n]);
  const { found: hits } = routes(window);
  if (hits.length >= 4) found.push({ group: 'rds.hit', features: [1, n, v, r], value: warm(hits) });
  const bound = setUp.mesh.gatewayVirtualServices ?? 0;
  const ofGateways = gatewayGenerations(window, 'RDS');
  if (ofGateways.length >= 2 && bound > 0)
    found.push({ group: 'gateway.rds', features: [bound], value: median(ofGateways) });
  return found;
}

function missing(window: Window): Observation[] {
  const { op, visible: n, virtualServices: v, moreRoutes: r, setUp } = window;
  const found: Observation[] = [];
  const add = (group: Group, type: string, features: readonly number[]) => {
    const times = generations(window, type);
    if (times.length >= 4 && extra(times) < UNSLICED_US) found.push({ group, features, value: extra(times) });
  };
  if (op === 'eps') add('eds.miss', 'EDS', [1, setUp.mesh.endpoints]);
  if (op === 'full') {
    add('cds.miss', 'CDS', [n]);
    add('eds.miss', 'EDS', [n, n * setUp.mesh.endpoints]);
  }
  const firsts = routes(window).missed.filter((time) => time < UNSLICED_US);
  if (firsts.length >= 3) found.push({ group: 'rds.miss', features: [1, n, v, r], value: median(firsts) });
  return found;
}

/** Generation of routes: the first proxy of each namespace has to build what the others find. */
function routes({ rows, setUp }: Window): { readonly missed: readonly number[]; readonly found: readonly number[] } {
  const namespaces = new Set<number>();
  const missed: number[] = [];
  const found: number[] = [];
  for (const row of rows) {
    if (row.event !== 'message' || row.type !== 'RDS' || row.proxy >= setUp.proxies.sidecars) continue;
    const namespace = row.proxy % setUp.proxies.namespaces;
    (namespaces.has(namespace) ? found : missed).push(row.gen_us);
    namespaces.add(namespace);
  }
  return { missed, found };
}

/** All of a push's sends together: what one message leaves to the writer shows in the next one's time. */
function send(window: Window): Observation[] {
  let value = 0;
  let messages = 0;
  let kilobytes = 0;
  let resources = 0;
  for (const type of TYPES) {
    const sent = window.rows.filter((row) => row.event === 'message' && row.type === type && row.bytes > 1000);
    if (sent.length < 4) continue;
    value += warm(sent.map((row) => row.own_us - row.gen_us));
    messages += 1;
    kilobytes += median(sent.map((row) => row.bytes)) / 1000;
    if (type === 'EDS') resources += window.visible;
  }
  return messages < 2 ? [] : [{ group: 'send', features: [messages, kilobytes, resources], value }];
}

function state(window: Window): Observation[] {
  const times = window.rows.filter((row) => row.event === 'converged').map((row) => row.gen_us);
  if (times.length < 10 || window.op === 'ep') return [];
  const targets = window.op === 'full' || profileOf(window.setUp.istio).ownServices === 'always';
  const group = targets ? 'state.targets' : 'state.base';
  const features = targets ? [1, window.setUp.mesh.services] : [1];
  const found: Observation[] = [{ group, features, value: warm(times) }];
  const first = extra(times);
  if (first < 3_000 && !hasEagerScopes(window.setUp))
    found.push({ group: 'state.scope', features: [1, window.visible], value: first });
  return found;
}

/** Scopes that are evaluated with the context, so that no proxy is the first to need them. */
function hasEagerScopes({ istio, mesh }: Window['setUp']): boolean {
  return !profileOf(istio).lazyScopes && mesh.sidecar === 'hosts';
}

function context(window: Window): Observation[] {
  const built = window.rows.find((row) => row.event === 'context');
  if (built === undefined) return [];
  const { services, namespaces } = window.setUp.mesh;
  const forced = window.op === 'full' ? services : 0;
  if (['full', 'svc', 'slice'].includes(window.op)) {
    const features = [1, services, (services * services) / namespaces, forced];
    return [{ group: 'context.services', features, value: built.own_us }];
  }
  const { virtualServices, destinationRules, gateways } = window.objects;
  const add = (group: Group, objects: number): Observation[] => [
    { group, features: [1, objects], value: built.own_us },
  ];
  if (['vs', 'vsr', 'gvs'].includes(window.op)) return add('context.virtualServices', virtualServices);
  if (window.op === 'dr') return add('context.destinationRules', destinationRules);
  return window.op === 'gw' ? add('context.gateways', gateways) : [];
}
