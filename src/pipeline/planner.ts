/**
 * Plans of pushes, made once for all proxies to whom a push means the same. A plan depends only on the request and on
 * the proxy's scopes, gateways and subscriptions, all of which are shared objects (`xds/ads.go`: pushConnection works
 * it out for each proxy anew).
 */
import type { ConfigKey } from '../mesh/keys.js';
import { type Audience, Audiences, type Plans } from './audience.js';
import type { Change } from './change.js';
import type { Connection } from './connection.js';
import type { IstiodOptions } from './options.js';
import type { PlannedType } from './planned-type.js';
import type { Profile } from './profiles/profile.js';
import { carries, type PushPlan, planPush, UNNEEDED } from './push-plan.js';
import type { PushRequest } from './push-request.js';
import type { PlanSetup } from './relevance.js';
import { type Roster, wideEnough } from './roster.js';

/** There is one for the connections of a roster. */
export interface Planner {
  planFor(connection: Connection, request: PushRequest): PushPlan;
  /**
   * How many of the first so many connections there are before one whose proxy needs the push: asked of every proxy of
   * every push, nearly all of which do not.
   */
  unneeding(ids: Int32Array, count: number, request: PushRequest): number;
  /** Whether a message that was planned for the connection has something of the change in it. */
  carries(planned: PlannedType, change: Change, connection: Connection): boolean;
}

export function createPlanner(
  profile: Profile,
  options: IstiodOptions,
  rootNamespace: string,
  roster: Roster,
): Planner {
  return new SharedPlans({ profile, options, rootNamespace }, roster);
}

/** What is known of a request. */
interface Known {
  /** Its number in the stamps. */
  readonly serial: number;
  readonly plans: Map<Audience, Plans>;
}

class SharedPlans implements Planner {
  private readonly audiences: Audiences;
  private readonly known = new WeakMap<PushRequest, Known>();
  private requests = 0;
  /** The request of the last call, which is nearly always that of the next as well. */
  private request: PushRequest | undefined;
  private serial = 0;
  private plans = new Map<Audience, Plans>();
  /** By number of a service: the last request that was about it. */
  private about: Int32Array = new Int32Array(64);

  constructor(
    private readonly setup: PlanSetup,
    private readonly roster: Roster,
  ) {
    this.audiences = new Audiences(roster);
  }

  planFor(connection: Connection, request: PushRequest): PushPlan {
    this.begin(request);
    const audience = this.audiences.of(connection);
    this.makeRoom();
    const { serial, about } = this;
    const { unneeded } = this.audiences;
    const { ownService } = connection.proxy.shape;
    const isOwn = ownService !== undefined && about[this.roster.ownService[connection.id]!] === serial;
    if (unneeded[audience.number] === serial && !isOwn) return UNNEEDED;
    const known = this.plans.get(audience);
    const before = isOwn ? known?.own?.get(ownService) : known?.others;
    if (before !== undefined) return before;
    const plan = planPush(connection, request, this.setup);
    if (!isOwn && !plan.needed) {
      unneeded[audience.number] = serial;
      return plan;
    }
    const plans = known ?? { own: new Map(), others: undefined };
    if (isOwn) plans.own.set(ownService, plan);
    else plans.others = plan;
    this.plans.set(audience, plans);
    return plan;
  }

  unneeding(ids: Int32Array, count: number, request: PushRequest): number {
    this.begin(request);
    this.makeRoom();
    for (let i = 0; ; i++) {
      i = this.knownUnneeding(ids, i, count);
      if (i === count || this.planFor(this.roster.connections[ids[i]!]!, request).needed) return i;
    }
  }

  carries(planned: PlannedType, change: Change, connection: Connection): boolean {
    return carries(planned, change, connection, this.setup);
  }

  /** From one place on, the first that is not known to have no need of the request at hand. */
  private knownUnneeding(ids: Int32Array, from: number, to: number): number {
    const { serial, about } = this;
    const { unneeded } = this.audiences;
    const { audience, ownService } = this.roster;
    let i = from;
    while (i < to && unneeded[audience[ids[i]!]!] === serial && about[ownService[ids[i]!]!] !== serial) i++;
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
    this.serial = known.serial;
    this.plans = known.plans;
    const services = servicesOf(request).map((service) => this.roster.numberOf(service));
    this.makeRoom();
    for (const service of services) this.about[service] = this.serial;
  }

  /** For all numbers there are, so that nobody looks past the end. */
  private makeRoom(): void {
    this.about = wideEnough(this.about, this.roster.services);
  }
}

/** Services that the request is about: only to their own proxies does it matter whose they are. */
function servicesOf({ keys, changes }: PushRequest): ConfigKey[] {
  const all = keys.size > 0 ? [...keys] : changes.flatMap((change) => change.keys);
  return all.map((key) => key.dependency);
}
