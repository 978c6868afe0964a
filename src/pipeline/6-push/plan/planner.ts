/**
 * Plans of pushes, made once for all proxies to whom a push means the same. A plan depends only on the request and on
 * the proxy's scopes, gateways and subscriptions, all of which are shared objects (`xds/ads.go`: pushConnection works
 * it out for each proxy anew).
 */

import type { Profile } from '../../../istio/profile.js';
import type { ConfigKey } from '../../../mesh/keys.js';
import type { Delivery } from '../../model/change.js';
import type { Connection } from '../../model/connection.js';
import type { ConnectionRegistry } from '../../model/connection-registry.js';
import type { ConnectionTable } from '../../model/connection-table.js';
import { type ProxyClass, ProxyClasses } from '../../model/proxy-classes.js';
import type { PushRequest } from '../../model/push-request.js';
import type { ResponsePlan } from '../../model/response-plan.js';
import type { IstiodOptions } from '../../options.js';
import { carries, type PushPlan, planPush, UNNEEDED } from './push-plan.js';
import type { PlanContext } from './relevance.js';

/** There is one for the connections of a registry. */
export interface Planner {
  planFor(connection: Connection, request: PushRequest): PushPlan;
  /**
   * How many of the first so many connections there are before one whose proxy needs the push: asked of every proxy of
   * every push, nearly all of which do not.
   */
  skippable(ids: Int32Array, count: number, request: PushRequest): number;
  /** Whether a message that was planned for the connection has something of the change in it. */
  carries(planned: ResponsePlan, change: Delivery, connection: Connection): boolean;
}

export function createPlanner(
  profile: Profile,
  options: IstiodOptions,
  rootNamespace: string,
  registry: ConnectionRegistry,
): Planner {
  return new SharedPlans({ profile, options, rootNamespace }, registry);
}

/** In place of a service: plans of all proxies but those of services that the request is about. */
const NOBODYS = 0;

/** What is known of a request. */
interface Known {
  /** Its number in the stamps. */
  readonly serial: number;
  /** For each proxy class by the number of the own service, where that matters. */
  readonly plans: Map<ProxyClass, Map<number, PushPlan>>;
}

class SharedPlans implements Planner {
  private readonly table: ConnectionTable;
  private readonly proxyClasses: ProxyClasses;
  private readonly known = new WeakMap<PushRequest, Known>();
  private requests = 0;
  /** The request of the last call, which is nearly always that of the next as well. */
  private request: PushRequest | undefined;
  private current: Known = { serial: 0, plans: new Map() };

  constructor(
    private readonly setup: PlanContext,
    private readonly registry: ConnectionRegistry,
  ) {
    this.table = registry.table;
    this.proxyClasses = new ProxyClasses(this.table);
  }

  planFor(connection: Connection, request: PushRequest): PushPlan {
    this.begin(request);
    const { serial, plans } = this.current;
    const { about, ownService } = this.table;
    const proxyClass = this.proxyClasses.of(connection);
    const { unneeded } = this.proxyClasses;
    const own = ownService[connection.id]!;
    const whose = about[own] === serial ? own : NOBODYS;
    if (whose === NOBODYS && unneeded[proxyClass.number] === serial) return UNNEEDED;
    let byService = plans.get(proxyClass);
    const known = byService?.get(whose);
    if (known !== undefined) return known;
    const plan = planPush(connection, request, this.setup);
    if (whose === NOBODYS && !plan.needed) {
      unneeded[proxyClass.number] = serial;
      return plan;
    }
    byService ??= new Map();
    byService.set(whose, plan);
    plans.set(proxyClass, byService);
    return plan;
  }

  skippable(ids: Int32Array, count: number, request: PushRequest): number {
    this.begin(request);
    for (let i = 0; ; i++) {
      i = this.knownUnneeding(ids, i, count);
      if (i === count || this.planFor(this.registry.connections[ids[i]!]!, request).needed) return i;
    }
  }

  carries(planned: ResponsePlan, change: Delivery, connection: Connection): boolean {
    return carries(planned, change, connection, this.setup);
  }

  /** From one place on, the first that is not known to have no need of the request at hand. */
  private knownUnneeding(ids: Int32Array, from: number, to: number): number {
    const { serial } = this.current;
    const { unneeded } = this.proxyClasses;
    const { proxyClass, ownService, about } = this.table;
    let i = from;
    while (i < to && unneeded[proxyClass[ids[i]!]!] === serial && about[ownService[ids[i]!]!] !== serial) i++;
    return i;
  }

  private begin(request: PushRequest): void {
    if (request === this.request) return;
    let known = this.known.get(request);
    if (known === undefined) {
      this.requests += 1;
      known = { serial: this.requests, plans: new Map() };
      this.known.set(request, known);
    }
    this.request = request;
    this.current = known;
    const { table } = this;
    for (const key of keysOf(request)) {
      const service = table.numberOf(key.dependency);
      table.about[service] = known.serial;
    }
  }
}

function keysOf({ keys, changes }: PushRequest): Iterable<ConfigKey> {
  return keys.size > 0 ? keys : changes.flatMap((change) => change.keys);
}
