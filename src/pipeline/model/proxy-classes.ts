import type { MergedGateway } from '../../mesh/config/gateway-table.js';
import type { ConfigKey } from '../../mesh/keys.js';
import type { SidecarScope } from '../../mesh/scopes/sidecar-scope.js';
import type { NameSet } from '../../mesh/services/service-table.js';
import type { ProxyType } from '../../mesh/spec.js';
import { newColumn, wideEnough } from './columns.js';
import type { Connection } from './connection.js';
import type { ConnectionTable } from './connection-table.js';

/**
 * Proxies for whom every push means the same, unless it is about their own service: those of any shape with the same
 * type, scopes (so the same namespace), gateway and subscriptions. A connection keeps its proxy class until one of these
 * changes, so that a push looks at none of them.
 */
export interface ProxyClass {
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

/** Numbers of proxy classes that nobody belongs to any more are taken back when there are more than twice as many as proxies, and these. */
const SPARE = 1_024;

/** ProxyClasses live as long as their scope. */
export class ProxyClasses {
  #byScope = new WeakMap<SidecarScope, ProxyClass[]>();
  /** By number: the last request, by a number of its own, that none of them needed, but for those whose own service it was about. */
  unneeded = newColumn();
  /** How many have a number. */
  #count = 0;

  /** By connection id; holds while the table's column says so. */
  readonly #classes: (ProxyClass | undefined)[] = [];

  constructor(private readonly table: ConnectionTable) {}

  of(connection: Connection): ProxyClass {
    const { id } = connection;
    if (this.table.proxyClass[id] !== 0) return this.#classes[id]!;
    const proxyClass = this.#find(connection);
    this.#classes[id] = proxyClass;
    this.table.proxyClass[id] = proxyClass.number;
    return proxyClass;
  }

  #find(connection: Connection): ProxyClass {
    if (this.#count > 2 * this.table.size + SPARE) this.#forgetAll();
    const { scope, previousScope, gateway, watched } = connection;
    const { eds, rds, sds } = watched;
    const { type } = connection.proxy.shape;
    const mask = watchMask(connection);
    const ofScope = this.#byScope.get(scope) ?? [];
    this.#byScope.set(scope, ofScope);
    for (const proxyClass of ofScope) {
      if (
        proxyClass.previousScope === previousScope &&
        proxyClass.eds === eds &&
        proxyClass.rds === rds &&
        proxyClass.sds === sds &&
        proxyClass.mask === mask &&
        proxyClass.type === type &&
        proxyClass.gateway === gateway
      ) {
        return proxyClass;
      }
    }
    this.#count += 1;
    this.unneeded = wideEnough(this.unneeded, this.#count);
    const proxyClass = { number: this.#count, type, previousScope, gateway, eds, rds, sds, mask };
    ofScope.push(proxyClass);
    return proxyClass;
  }

  #forgetAll(): void {
    this.table.proxyClass.fill(0);
    this.#byScope = new WeakMap();
    this.#count = 0;
    this.unneeded.fill(0);
  }
}

function watchMask(connection: Connection): number {
  const { cds, lds, nds, ecds } = connection.watched;
  return (cds ? 1 : 0) | (lds ? 2 : 0) | (nds ? 4 : 0) | (ecds ? 8 : 0);
}
