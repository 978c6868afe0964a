/**
 * What proxies miss that reject what they are sent (NACK). Envoy says so on its stream and goes on with
 * the configuration it had; istiod counts it, answers nothing and sends nothing again by itself. So a change in a
 * rejected message is in use only with a later message of that type that has it, too, and is accepted.
 */
import type { Nanos } from '../../engine/time.js';
import { type ConfigKey, isOfService } from '../../mesh/keys.js';
import { complete, type Delivery } from '../model/change.js';
import type { Connection } from '../model/connection.js';
import type { NackedChange } from '../model/nacked-change.js';
import type { ResponsePlan } from '../model/response-plan.js';
import type { Observer } from '../observer.js';

/** The change was in these messages, and the proxy rejected them. */
export function nack(
  connection: Connection,
  change: Delivery,
  rejected: readonly ResponsePlan[],
  observer: Observer,
): void {
  connection.nacked ??= [];
  let nacked = connection.nacked.find((one) => one.change === change);
  if (nacked === undefined) {
    nacked = { change, needs: new Map() };
    connection.nacked.push(nacked);
    change.pendingCount += 1;
    observer.nacked(change, connection);
  }
  for (const planned of rejected) nacked.needs.set(planned.type, needed(planned, change));
}

export function isNacked({ nacked }: Connection, change: Delivery): boolean {
  return nacked?.some((one) => one.change === change) ?? false;
}

/** A message was accepted, for use from `at` on. */
export function accepted(connection: Connection, { type, names }: ResponsePlan, at: Nanos, observer: Observer): void {
  const { nacked = [] } = connection;
  const done: NackedChange[] = [];
  for (const one of nacked) {
    if (!one.needs.has(type) || !covers(names, one.needs.get(type))) continue;
    one.needs.delete(type);
    if (one.needs.size === 0) done.push(one);
  }
  if (done.length === 0) return;
  connection.nacked = nacked.filter((one) => !done.includes(one));
  for (const { change } of done) {
    // What waits for the endpoints of its clusters is in use with their answer.
    if (!connection.awaiting.includes(change)) observer.used(change, connection, at);
    complete([change], observer);
  }
}

/** The stream has closed: nothing more will come. */
export function letGo(connection: Connection, observer: Observer): void {
  for (const { change } of connection.nacked ?? []) complete([change], observer);
  connection.nacked = undefined;
}

/** A change of services needs their resources; what else it may be, all that was in the message. */
function needed({ names }: ResponsePlan, change: Delivery): readonly ConfigKey[] | undefined {
  const services = change.keys.filter(isOfService);
  if (services.length === 0 || services.length < change.keys.length) return names;
  return services.map((key) => key.dependency).filter((key) => names === undefined || names.includes(key));
}

function covers(sent: readonly ConfigKey[] | undefined, needs: readonly ConfigKey[] | undefined): boolean {
  return sent === undefined || (needs?.every((key) => sent.includes(key)) ?? false);
}
