/**
 * What one push means for one proxy: whether it needs it and which types are generated, with which resources
 * (`xds/proxy_dependencies.go`, the `NeedsPush` functions, `xds/eds.go`). A plan depends only on the request, the
 * proxy's scopes, gateways and subscriptions, all of which are shared objects, so proxies share plans.
 */

import type { MergedGateway } from '../mesh/gateway-table.js';
import { hostMatches } from '../mesh/hosts.js';
import type { ConfigKey } from '../mesh/keys.js';
import type { NameSet } from '../mesh/service-table.js';
import type { SidecarScope } from '../mesh/sidecar-scope.js';
import type { ProxyType } from '../mesh/spec.js';
import { PUSH_ORDER, UNORDERED, XDS_TYPES, type XdsType } from '../mesh/xds-types.js';
import type { Change } from './change.js';
import type { Connection } from './connection.js';
import type { IstiodOptions } from './options.js';
import type { Profile } from './profiles/profile.js';
import type { PushRequest } from './push-request.js';
import { concerns } from './relevance.js';
import { isUnrestricted } from './request-rules.js';

export interface PlannedType {
  readonly type: XdsType;
  /** Services to generate; undefined: everything watched. */
  readonly names: readonly ConfigKey[] | undefined;
  readonly delta: boolean;
  /** Whether anything results: otherwise the generator runs and nothing is sent or counted. */
  readonly sends: boolean;
  /** Changes that by themselves ask for this type, for whoever measures; none in answers to requests. */
  causes?: readonly Change[];
}

export interface PushPlan {
  readonly needed: boolean;
  /** In push order; NDS and ECDS last. */
  readonly types: readonly PlannedType[];
  /** Changes this push brings to the proxy. */
  readonly brings: readonly Change[];
  /** Of those, the ones that add clusters and are usable only with the endpoints the proxy will ask for. */
  readonly awaits: readonly Change[];
}

/** What one request means for one audience. */
interface Plans {
  /** Services that the keys are about: only to their own proxies does it matter whose they are. */
  readonly services: FewKeys;
  /** For the proxies of these services, and for all others. */
  own: Map<ConfigKey, PushPlan> | undefined;
  others: PushPlan | undefined;
}

const NO_KEYS: ReadonlySet<ConfigKey> = new Set();
/** What most pushes mean to most proxies. */
const UNNEEDED: PushPlan = { needed: false, types: [], brings: [], awaits: [] };

interface KnownRequest {
  readonly services: FewKeys;
  readonly plans: Map<Audience, Plans>;
}

/** Asked for every proxy, and nearly always of one or two keys: then comparing is faster than hashing. */
class FewKeys {
  private readonly few: readonly ConfigKey[];
  private readonly many: ReadonlySet<ConfigKey> | undefined;

  constructor(keys: ReadonlySet<ConfigKey>) {
    this.few = keys.size > 4 ? [] : [...keys];
    this.many = keys.size > 4 ? keys : undefined;
  }

  has(key: ConfigKey): boolean {
    for (let i = 0; i < this.few.length; i++) if (this.few[i] === key) return true;
    return this.many?.has(key) ?? false;
  }
}

/**
 * Proxies for whom every push means the same, unless it is about their own service: those of any shape with the same
 * type, scopes (so the same namespace), gateway and subscriptions. A connection keeps its audience until one of these
 * changes, so that a push looks at none of them.
 */
export interface Audience {
  readonly planner: object;
  readonly type: ProxyType;
  readonly previousScope: SidecarScope | undefined;
  readonly gateway: MergedGateway | undefined;
  readonly eds: NameSet<ConfigKey> | undefined;
  readonly rds: NameSet<string> | undefined;
  /** The other subscriptions. */
  readonly mask: number;
  /** The request of the last call, which is nearly always that of the next as well. */
  request: PushRequest | undefined;
  plans: Plans | undefined;
}

export interface Planner {
  planFor(connection: Connection, request: PushRequest): PushPlan;
  /** Whether a message that was planned for the connection has something of the change in it. */
  carries(planned: PlannedType, change: Change, connection: Connection): boolean;
}

export function createPlanner(profile: Profile, options: IstiodOptions, rootNamespace: string): Planner {
  const audiences = new WeakMap<SidecarScope, Audience[]>();
  const known = new WeakMap<PushRequest, KnownRequest>();
  const planner: Planner = { planFor, carries };

  function planFor(connection: Connection, request: PushRequest): PushPlan {
    let { audience } = connection;
    if (audience === undefined || audience.planner !== planner) {
      audience = audienceOf(connection);
      connection.audience = audience;
    }
    const plans = audience.request === request ? audience.plans! : plansFor(request, audience);
    const { ownService } = connection;
    if (ownService !== undefined && plans.services.has(ownService)) {
      return planForOwn(ownService, plans, connection, request);
    }
    plans.others ??= makePlan(connection, request);
    return plans.others;
  }

  function planForOwn(service: ConfigKey, plans: Plans, connection: Connection, request: PushRequest): PushPlan {
    plans.own ??= new Map();
    let plan = plans.own.get(service);
    if (plan === undefined) {
      plan = makePlan(connection, request);
      plans.own.set(service, plan);
    }
    return plan;
  }

  function plansFor(request: PushRequest, audience: Audience): Plans {
    let ofRequest = known.get(request);
    if (ofRequest === undefined) {
      ofRequest = { services: new FewKeys(servicesOf(request)), plans: new Map() };
      known.set(request, ofRequest);
    }
    let plans = ofRequest.plans.get(audience);
    if (plans === undefined) {
      plans = { services: ofRequest.services, own: undefined, others: undefined };
      ofRequest.plans.set(audience, plans);
    }
    audience.request = request;
    audience.plans = plans;
    return plans;
  }

  function audienceOf(connection: Connection): Audience {
    const { scope, previousScope, gateway, watched } = connection;
    const { eds, rds } = watched;
    const { type } = connection.proxy.shape;
    const mask = watchMask(connection);
    const ofScope = audiences.get(scope) ?? [];
    audiences.set(scope, ofScope);
    for (const audience of ofScope) {
      if (
        audience.previousScope === previousScope &&
        audience.eds === eds &&
        audience.rds === rds &&
        audience.mask === mask &&
        audience.type === type &&
        audience.gateway === gateway
      ) {
        return audience;
      }
    }
    const audience = { planner, type, previousScope, gateway, eds, rds, mask, request: undefined, plans: undefined };
    ofScope.push(audience);
    return audience;
  }

  function makePlan(connection: Connection, request: PushRequest): PushPlan {
    const unrestricted = isUnrestricted(request, profile);
    const relevant = relevantKeys(request, connection);
    if (!unrestricted && relevant.size === 0) return UNNEEDED;
    const keys = profile.filtersKeys && !unrestricted ? relevant : request.keys;
    const types: PlannedType[] = [];
    for (const type of [...PUSH_ORDER, ...UNORDERED]) {
      if (isWatched(connection, type) && regenerates(type, request, keys, unrestricted, connection)) {
        types.push(planType(type, request, keys, unrestricted, connection));
      }
    }
    const causes = causesOf(request, relevant, connection);
    for (const planned of types) planned.causes = causes(planned.type);
    const changes = [...new Set(request.changes)];
    // Without keys (1.17) the request no longer says what has changed, but the changes do.
    const changed = unrestricted
      ? new Set(changes.flatMap((change) => change.keys.filter((key) => isRelevant(key, connection))))
      : relevant;
    const added = new Set(connection.unwatchedEndpoints());
    const awaits = changes.filter(({ keys }) => keys.some((key) => changed.has(key) && added.has(key.dependency)));
    const sent = types.filter((planned) => planned.sends);
    const brings = changes.filter((change) => awaits.includes(change) || isBrought(change, changed, sent, connection));
    return { needed: true, types, brings, awaits };
  }

  function relevantKeys({ keys }: PushRequest, connection: Connection): ReadonlySet<ConfigKey> {
    let relevant: Set<ConfigKey> | undefined;
    for (const key of keys) {
      if (!isRelevant(key, connection)) continue;
      relevant ??= new Set();
      relevant.add(key);
    }
    return relevant ?? NO_KEYS;
  }

  function isRelevant(key: ConfigKey, connection: Connection): boolean {
    return concerns(key, connection, profile, rootNamespace);
  }

  /** One change causes everything; of several, each causes what its relevant keys trigger, and one without keys all. */
  function causesOf(
    request: PushRequest,
    relevant: ReadonlySet<ConfigKey>,
    connection: Connection,
  ): (type: XdsType) => readonly Change[] {
    const { changes } = request;
    // The request's own list where possible: proxies with different plans then share it, and what is kept with it.
    if (changes.length < 2) return () => changes;
    const typesOf = new Map<ConfigKey, ReadonlySet<XdsType>>();
    for (const key of relevant) typesOf.set(key, new Set(XDS_TYPES.filter((type) => triggers(type, key, connection))));
    return (type) => {
      const needsFull = profile.hasFull && profile.fullOnly.has(type);
      const causes = changes.filter(
        ({ keys, full }) =>
          (full || !needsFull) && (keys.length === 0 || keys.some((key) => typesOf.get(key)?.has(type) ?? false)),
      );
      return causes.length > 0 && causes.length < changes.length ? causes : changes;
    };
  }

  /** A change without keys is for everybody; one with keys is brought by any type that one of its relevant keys triggers. */
  function isBrought(
    change: Change,
    relevant: ReadonlySet<ConfigKey>,
    sent: readonly PlannedType[],
    connection: Connection,
  ): boolean {
    if (change.keys.length === 0) return sent.length > 0;
    return change.keys.some(
      (key) =>
        relevant.has(key) && sent.some((planned) => triggers(planned.type, key, connection) && holds(planned, key)),
    );
  }

  function carries(planned: PlannedType, change: Change, connection: Connection): boolean {
    const { keys } = change;
    return (
      keys.length === 0 ||
      isBrought(change, new Set(keys.filter((key) => isRelevant(key, connection))), [planned], connection)
    );
  }

  /** A partial push of endpoints holds those of the services it names. */
  function holds({ type, names }: PlannedType, key: ConfigKey): boolean {
    if (type !== 'eds' || names === undefined) return true;
    return (key.kind !== 'ServiceEntry' && key.kind !== 'Endpoints') || names.includes(key.dependency);
  }

  function triggers(type: XdsType, key: ConfigKey, connection: Connection): boolean {
    switch (profile.skips.trigger(type, key.kind, connection.isRouter)) {
      case 'triggers':
        return true;
      case 'router':
        return connection.isRouter;
      case 'ownNamespace':
        return key.namespace === rootNamespace || key.namespace === connection.proxy.shape.namespace;
      case 'skipped':
        return false;
    }
  }

  function regenerates(
    type: XdsType,
    request: PushRequest,
    keys: ReadonlySet<ConfigKey>,
    unrestricted: boolean,
    connection: Connection,
  ): boolean {
    if (profile.hasFull && !request.full) {
      if (profile.fullOnly.has(type)) return false;
      if (type === 'nds') return request.reasons.has('headlessendpoint');
    }
    if (unrestricted) return true;
    if (shortcutApplies(type, request, keys, connection.isRouter)) return false;
    for (const key of keys) if (triggers(type, key, connection)) return true;
    return false;
  }

  /** A batch of headless endpoint events and nothing else needs no clusters and no routes (development head). */
  function shortcutApplies(
    type: XdsType,
    request: PushRequest,
    keys: ReadonlySet<ConfigKey>,
    router: boolean,
  ): boolean {
    if (!profile.headlessShortcut) return false;
    if (!request.reasons.has('headlessendpoint') || request.reasons.has('service')) return false;
    for (const key of keys) if (key.kind !== 'ServiceEntry') return false;
    return type === 'cds' || type === 'rds' || (type === 'lds' && router);
  }

  function planType(
    type: XdsType,
    request: PushRequest,
    keys: ReadonlySet<ConfigKey>,
    unrestricted: boolean,
    connection: Connection,
  ): PlannedType {
    const delta = options.xds === 'delta';
    const { changes: causes } = request;
    const whole: PlannedType = { type, names: undefined, delta: false, sends: true, causes };
    switch (type) {
      case 'eds': {
        const watched = connection.watched.eds as NameSet<ConfigKey>;
        if (unrestricted || !isPartialEds(request, keys, connection)) return { ...whole, sends: watched.size > 0 };
        const names = affectedEndpoints(keys, connection, watched);
        return { type, names, delta, sends: names.length > 0, causes };
      }
      case 'cds': {
        if (!delta || unrestricted || !isDeltaCds(keys)) return whole;
        return { type, names: affectedClusters(keys, connection), delta, sends: true, causes };
      }
      case 'rds':
        return { ...whole, sends: (connection.watched.rds?.size ?? 0) > 0 };
      case 'sds':
        return { ...whole, sends: sdsSends(request, keys, unrestricted, connection) };
      default:
        return whole;
    }
  }

  function isPartialEds(request: PushRequest, keys: ReadonlySet<ConfigKey>, connection: Connection): boolean {
    if (profile.edsSkippedKindsKeepPartial) {
      if (!request.full) return true;
      if (!options.partialFullPushes) return false;
    }
    for (const key of keys) {
      if (profile.edsSkippedKindsKeepPartial && !triggers('eds', key, connection)) continue;
      if (!profile.edsPartialKinds.has(key.kind)) return false;
      if (key.kind === 'PeerAuthentication' && key.namespace === rootNamespace) return false;
    }
    return true;
  }

  /** Watched clusters of the named services, of changed DestinationRules' hosts and of changed mTLS namespaces. */
  function affectedEndpoints(
    keys: ReadonlySet<ConfigKey>,
    connection: Connection,
    watched: NameSet<ConfigKey>,
  ): readonly ConfigKey[] {
    const names = new Set<ConfigKey>();
    for (const key of keys) {
      if (key.kind === 'ServiceEntry' || key.kind === 'Endpoints') {
        if (watched.has(key.dependency)) names.add(key.dependency);
      } else if (key.kind === 'DestinationRule') {
        for (const name of servicesOfRule(key, connection)) if (watched.has(name)) names.add(name);
      } else if (key.kind === 'PeerAuthentication') {
        for (const name of watched) if (name.namespace === key.namespace) names.add(name);
      }
    }
    return [...names];
  }

  function servicesOfRule(key: ConfigKey, connection: Connection): readonly ConfigKey[] {
    const hosts = [connection.scope, connection.previousScope]
      .map((scope) => scope?.destinationRules.find((rule) => rule.key === key)?.host)
      .filter((host) => host !== undefined);
    return connection.scope.selection.services
      .filter((service) => hosts.some((host) => hostMatches(host, service.spec.host)))
      .map((service) => service.key);
  }

  function isDeltaCds(keys: ReadonlySet<ConfigKey>): boolean {
    for (const key of keys) {
      if (!profile.deltaCdsKinds.has(key.kind)) return false;
      if (key.kind === 'PeerAuthentication' && key.namespace === rootNamespace) return false;
    }
    return true;
  }

  function affectedClusters(keys: ReadonlySet<ConfigKey>, connection: Connection): readonly ConfigKey[] {
    const names = new Set<ConfigKey>();
    for (const key of keys) {
      if (key.kind === 'ServiceEntry') names.add(key.dependency);
      else if (key.kind === 'DestinationRule') for (const name of servicesOfRule(key, connection)) names.add(name);
    }
    return [...names].filter((name) => connection.scope.selection.has(name));
  }

  /** 1.17 answers every SDS watcher, with an empty list when the secret is not theirs; later nothing is sent then. */
  function sdsSends(
    request: PushRequest,
    keys: ReadonlySet<ConfigKey>,
    unrestricted: boolean,
    connection: Connection,
  ): boolean {
    if (unrestricted || profile.sendsEmptySds || (profile.hasFull && request.full)) return true;
    const secrets = connection.gateway?.secrets ?? [];
    return [...keys].some((key) => secrets.some((name) => key.name === name || key.name === `${name}-cacert`));
  }

  return planner;
}

function isWatched(connection: Connection, type: XdsType): boolean {
  const value = connection.watched[type];
  return value === true || (value !== undefined && value !== false);
}

function servicesOf({ keys, changes }: PushRequest): ReadonlySet<ConfigKey> {
  const all = keys.size > 0 ? [...keys] : changes.flatMap((change) => change.keys);
  return new Set(all.map((key) => key.dependency));
}

function watchMask(connection: Connection): number {
  const { cds, lds, sds, nds, ecds } = connection.watched;
  return (cds ? 1 : 0) | (lds ? 2 : 0) | (sds ? 4 : 0) | (nds ? 8 : 0) | (ecds ? 16 : 0);
}
