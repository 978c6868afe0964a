/**
 * All connections, and what every push asks of each of them, in columns by connection id. A push is for everybody and
 * concerns few, and each time they come in another order: so what it takes to pass over the others is kept together,
 * and the objects of streams, proxies and connections need not be touched.
 */
import type { ConfigKey } from '../../mesh/keys.js';
import { newColumn, wideEnough } from './columns.js';
import type { Connection } from './connection.js';
import type { ProxyClass } from './proxy-classes.js';

export class ConnectionTable {
  readonly connections: Connection[] = [];
  /** 1: its stream waits in its select, its sender has nothing to do, and it is open. */
  isAtRest = newColumn();
  /** Number of those to whom every push means the same; 0 since something that decides that has changed. */
  proxyClass = newColumn();
  /** Number of the service that the proxy is an endpoint of; 0: of none. */
  ownService = newColumn();
  /** By number of a service: the last request that was about it, by a number that the planner has for it. */
  about = newColumn();
  private readonly proxyClasses: (ProxyClass | undefined)[] = [];
  private readonly serviceNumbers = new Map<ConfigKey, number>();

  /** Answers the id. */
  add(connection: Connection): number {
    const id = this.connections.push(connection) - 1;
    this.proxyClasses.push(undefined);
    this.isAtRest = wideEnough(this.isAtRest, id);
    this.proxyClass = wideEnough(this.proxyClass, id);
    this.ownService = wideEnough(this.ownService, id);
    const { ownService } = connection.proxy.shape;
    if (ownService !== undefined) this.ownService[id] = this.numberOf(ownService);
    return id;
  }

  proxyClassOf(id: number): ProxyClass | undefined {
    return this.proxyClasses[id];
  }

  belongsTo(id: number, proxyClass: ProxyClass | undefined): void {
    this.proxyClasses[id] = proxyClass;
    this.proxyClass[id] = proxyClass?.number ?? 0;
  }

  /** The same each time, from 1. */
  numberOf(service: ConfigKey): number {
    let number = this.serviceNumbers.get(service);
    if (number === undefined) {
      number = this.serviceNumbers.size + 1;
      this.serviceNumbers.set(service, number);
      this.about = wideEnough(this.about, number);
    }
    return number;
  }
}
