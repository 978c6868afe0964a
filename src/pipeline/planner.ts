/**
 * Plans of pushes, made once for all proxies to whom a push means the same. A plan depends only on the request and on
 * the proxy's scopes, gateways and subscriptions, all of which are shared objects (`xds/ads.go`: pushConnection works
 * it out for each proxy anew).
 */
import type { MergedGateway } from '../mesh/gateway-table.js';
import type { ConfigKey } from '../mesh/keys.js';
import type { NameSet } from '../mesh/service-table.js';
import type { SidecarScope } from '../mesh/sidecar-scope.js';
import type { ProxyType } from '../mesh/spec.js';
import type { Change } from './change.js';
import type { Connection } from './connection.js';
import type { IstiodOptions } from './options.js';
import type { PlannedType } from './planned-type.js';
import type { Profile } from './profiles/profile.js';
import { carries, type PushPlan, planPush } from './push-plan.js';
import type { PushRequest } from './push-request.js';
import type { PlanSetup } from './relevance.js';

export interface Planner {
  planFor(connection: Connection, request: PushRequest): PushPlan;
  /** Whether the proxy needs the push: asked for every proxy of every push, and nearly always the answer is no. */
  needs(connection: Connection, request: PushRequest): boolean;
  /** Whether a message that was planned for the connection has something of the change in it. */
  carries(planned: PlannedType, change: Change, connection: Connection): boolean;
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
  readonly sds: NameSet<string> | undefined;
  /** The other subscriptions. */
  readonly mask: number;
  /** The request of the last call, which is nearly always that of the next as well. */
  request: PushRequest | undefined;
  plans: Plans | undefined;
  /** The last request that none of them needed, but perhaps those whose own service it was about. */
  unneeded: PushRequest | undefined;
}

/** What one request means for one audience. */
interface Plans {
  /** Services that the keys are about: only to their own proxies does it matter whose they are. */
  readonly services: FewKeys;
  /** For the proxies of these services, and for all others. */
  own: Map<ConfigKey, PushPlan> | undefined;
  others: PushPlan | undefined;
}

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

export function createPlanner(profile: Profile, options: IstiodOptions, rootNamespace: string): Planner {
  const setup: PlanSetup = { profile, options, rootNamespace };
  const audiences = new WeakMap<SidecarScope, Audience[]>();
  const known = new WeakMap<PushRequest, KnownRequest>();
  /** The last request that anybody was asked about, and the services that its keys are about. */
  let lastRequest: PushRequest | undefined;
  let lastServices = new FewKeys(new Set());
  const planner: Planner = {
    planFor,
    needs,
    carries: (planned, change, connection) => carries(planned, change, connection, setup),
  };

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
    if (plans.others === undefined) {
      plans.others = planPush(connection, request, setup);
      if (!plans.others.needed) audience.unneeded = request;
    }
    return plans.others;
  }

  /** Looks at the audience and not at its plans, of which each would be one more miss of the processor's caches. */
  function needs(connection: Connection, request: PushRequest): boolean {
    const { audience, ownService } = connection;
    if (audience?.unneeded === request && request === lastRequest) {
      if (ownService === undefined || !lastServices.has(ownService)) return false;
    }
    return planFor(connection, request).needed;
  }

  function planForOwn(service: ConfigKey, plans: Plans, connection: Connection, request: PushRequest): PushPlan {
    plans.own ??= new Map();
    let plan = plans.own.get(service);
    if (plan === undefined) {
      plan = planPush(connection, request, setup);
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
    lastRequest = request;
    lastServices = plans.services;
    return plans;
  }

  function audienceOf(connection: Connection): Audience {
    const { scope, previousScope, gateway, watched } = connection;
    const { eds, rds, sds } = watched;
    const { type } = connection.proxy.shape;
    const mask = watchMask(connection);
    const ofScope = audiences.get(scope) ?? [];
    audiences.set(scope, ofScope);
    for (const audience of ofScope) {
      if (
        audience.previousScope === previousScope &&
        audience.eds === eds &&
        audience.rds === rds &&
        audience.sds === sds &&
        audience.mask === mask &&
        audience.type === type &&
        audience.gateway === gateway
      ) {
        return audience;
      }
    }
    const audience = {
      planner,
      type,
      previousScope,
      gateway,
      eds,
      rds,
      sds,
      mask,
      request: undefined,
      plans: undefined,
      unneeded: undefined,
    };
    ofScope.push(audience);
    return audience;
  }

  return planner;
}

function servicesOf({ keys, changes }: PushRequest): ReadonlySet<ConfigKey> {
  const all = keys.size > 0 ? [...keys] : changes.flatMap((change) => change.keys);
  return new Set(all.map((key) => key.dependency));
}

function watchMask(connection: Connection): number {
  const { cds, lds, nds, ecds } = connection.watched;
  return (cds ? 1 : 0) | (lds ? 2 : 0) | (nds ? 4 : 0) | (ecds ? 8 : 0);
}
