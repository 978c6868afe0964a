/**
 * What every push asks of each connection, in columns by connection id. A push is for everybody and concerns few, and
 * each time they come in another order: so what it takes to pass over the others is kept together, and the objects of
 * streams, proxies and connections need not be touched.
 *
 * An id is registered, then leaves (no later push is for it), then is free and given to another connection.
 */
import { assert } from '../../engine/assert.js';
import type { ConfigKey } from '../../mesh/keys.js';
import { newColumn, wideEnough } from './columns.js';

export class ConnectionTable {
  /** 1: its stream waits in its select, its sender has nothing to do, and it is open. */
  isAtRest = newColumn();
  /** Number of those to whom every push means the same; 0 since something that decides that has changed. */
  proxyClass = newColumn();
  /** Number of the service that the proxy is an endpoint of; 0: of none. */
  ownService = newColumn();
  /** By number of a service: the last request that was about it, by a number that the planner has for it. */
  about = newColumn();
  private readonly serviceNumbers = new Map<ConfigKey, number>();
  /** Registered ids; `places` says where each stands. */
  private registered = newColumn();
  private places = newColumn();
  private count = 0;
  private readonly free: number[] = [];
  private ids = 0;

  /** How many are registered. */
  get size(): number {
    return this.count;
  }

  /** Ids that are not free. */
  get idsInUse(): number {
    return this.ids - this.free.length;
  }

  /** Answers the id: one that is free, else the next. */
  add(ownService: ConfigKey | undefined): number {
    const id = this.free.pop() ?? this.ids++;
    this.isAtRest = wideEnough(this.isAtRest, id);
    this.proxyClass = wideEnough(this.proxyClass, id);
    this.ownService = wideEnough(this.ownService, id);
    this.places = wideEnough(this.places, id);
    this.registered = wideEnough(this.registered, this.count);
    this.isAtRest[id] = 0;
    this.proxyClass[id] = 0;
    this.ownService[id] = ownService === undefined ? 0 : this.numberOf(ownService);
    this.places[id] = this.count;
    this.registered[this.count++] = id;
    return id;
  }

  /** No later push is for it. */
  leave(id: number): void {
    const place = this.places[id]!;
    assert(place < this.count && this.registered[place] === id, 'only a registered connection leaves');
    this.count -= 1;
    const last = this.registered[this.count]!;
    this.registered[place] = last;
    this.places[last] = place;
  }

  /** Nobody refers to it any more. */
  release(id: number): void {
    this.free.push(id);
  }

  /** Those that are registered, as a new array; in the order of their ids while none has left. */
  registeredIds(): Int32Array {
    return this.registered.slice(0, this.count);
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
