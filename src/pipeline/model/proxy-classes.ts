import type { MergedGateway } from '../../mesh/config/gateway-table.js';
import type { ConfigKey } from '../../mesh/keys.js';
import type { SidecarScope } from '../../mesh/scopes/sidecar-scope.js';
import type { NameSet } from '../../mesh/services/service-table.js';
import type { ProxyType } from '../../mesh/spec.js';
import { newColumn, wideEnough } from './columns.js';
import type { Connection } from './connection.js';
import type { Roster } from './connection-table.js';

/**
 * Proxies for whom every push means the same, unless it is about their own service: those of any shape with the same
 * type, scopes (so the same namespace), gateway and subscriptions. A connection keeps its audience until one of these
 * changes, so that a push looks at none of them.
 */
export interface Audience {
  readonly number: number;
  readonly type: ProxyType;
  readonly previousScope: SidecarScope | undefined;
  readonly gateway: MergedGateway | undefined;
  readonly eds: NameSet<ConfigKey> | undefined;
  readonly rds: NameSet<string> | undefined;
  readonly sds: NameSet<string> | undefined;
  /** The other subscriptions. */
  readonly mask: number;
}

/** Numbers of audiences that nobody belongs to any more are taken back when there are more than twice as many as proxies, and these. */
const SPARE = 1_024;

/** Audiences live as long as their scope. */
export class Audiences {
  #byScope = new WeakMap<SidecarScope, Audience[]>();
  /** By number: the last request, by a number of its own, that none of them needed, but for those whose own service it was about. */
  unneeded = newColumn();
  /** How many have a number. */
  #count = 0;

  constructor(private readonly roster: Roster) {}

  of(connection: Connection): Audience {
    const known = this.roster.audienceOf(connection.id);
    if (known !== undefined) return known;
    const audience = this.#find(connection);
    this.roster.belongsTo(connection.id, audience);
    return audience;
  }

  #find(connection: Connection): Audience {
    const { connections } = this.roster;
    if (this.#count > 2 * connections.length + SPARE) this.#forgetAll();
    const { scope, previousScope, gateway, watched } = connection;
    const { eds, rds, sds } = watched;
    const { type } = connection.proxy.shape;
    const mask = watchMask(connection);
    const ofScope = this.#byScope.get(scope) ?? [];
    this.#byScope.set(scope, ofScope);
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
    this.#count += 1;
    this.unneeded = wideEnough(this.unneeded, this.#count);
    const audience = { number: this.#count, type, previousScope, gateway, eds, rds, sds, mask };
    ofScope.push(audience);
    return audience;
  }

  #forgetAll(): void {
    for (const { id } of this.roster.connections) this.roster.belongsTo(id, undefined);
    this.#byScope = new WeakMap();
    this.#count = 0;
    this.unneeded.fill(0);
  }
}

function watchMask(connection: Connection): number {
  const { cds, lds, nds, ecds } = connection.watched;
  return (cds ? 1 : 0) | (lds ? 2 : 0) | (nds ? 4 : 0) | (ecds ? 8 : 0);
}
