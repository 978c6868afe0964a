/**
 * Whether a request from an Envoy is answered (`xds/ads.go`: shouldRespond; `xds/delta.go`: shouldRespondDelta), and
 * with what: a first request with everything, a stale one or a rejection not at all, a changed subscription with the
 * added names.
 */
import type { Added } from '../../cost/model.js';
import { placeOf, type XdsType } from '../../istio/xds-types.js';
import type { ConfigKey } from '../../mesh/keys.js';
import type { NameSet } from '../../mesh/services/service-table.js';
import type { Connection, XdsRequest } from '../model/connection.js';
import type { StreamSetup } from './message-task.js';

export interface Answer {
  /** Services to generate; undefined: all that is watched. */
  readonly names: readonly ConfigKey[] | undefined;
  /** Only what is new in the subscription is generated. */
  readonly added: Added | undefined;
}

const EVERYTHING: Answer = { names: undefined, added: undefined };

export function answerTo(
  request: XdsRequest,
  connection: Connection,
  setup: Pick<StreamSetup, 'xds' | 'answersAddedOnly' | 'profile' | 'observer'>,
): Answer | undefined {
  const { type, nonce } = request;
  const { xds, observer } = setup;
  if (request.rejects) {
    observer.rejected(connection, type);
    return undefined;
  }
  const watched = connection.watches(type);
  // Also when it is not watched (any more): the acknowledgement of a message may come behind (`shouldUnsubscribe`).
  if (xds === 'sotw' && request.names?.size === 0) {
    unsubscribe(connection, type);
    return undefined;
  }
  // In delta only acknowledgements carry a nonce; in state-of-the-world requests everything but the first does.
  const spontaneous = xds === 'delta' && nonce === 0;
  if (!watched || (nonce === 0 && !spontaneous)) {
    subscribe(connection, request);
    return EVERYTHING;
  }
  if (!spontaneous && nonce !== connection.nonces[placeOf(type)]) {
    observer.expiredNonce(type);
    return undefined;
  }
  if (!hasNames(type)) return undefined;
  const before = connection.namesOf(type) as NameSet<unknown> | undefined;
  const names = request.names as NameSet<unknown> | undefined;
  if (names === undefined || before === undefined || names.equals(before)) return undefined;
  const added = names.addedTo(before);
  connection.watch({ [type]: names });
  // Asked for nothing new, the generator of certificates answers with an empty list where the others say nothing.
  const answersEmptily = type === 'sds' && setup.profile.answersRemovals;
  return answerFor(added, type === 'eds' ? (added as readonly ConfigKey[]) : undefined, names, answersEmptily, setup);
}

/** Whether a proxy names the resources of this type that it wants. */
function hasNames(type: XdsType): type is 'eds' | 'rds' | 'sds' {
  return type === 'eds' || type === 'rds' || type === 'sds';
}

/** State-of-the-world answers have the added names alone where the same option makes pushes partial; delta ones always. */
function answerFor(
  { length }: readonly unknown[],
  names: Answer['names'],
  { size }: NameSet<unknown>,
  answersEmptily: boolean,
  { xds, answersAddedOnly }: Pick<StreamSetup, 'xds' | 'answersAddedOnly'>,
): Answer | undefined {
  if (xds === 'sotw' && !answersAddedOnly) return EVERYTHING;
  if (length === 0 && !answersEmptily) return undefined;
  return { names, added: { resources: length, watched: size } };
}

function subscribe(connection: Connection, { type, names }: XdsRequest): void {
  connection.watch({ [type]: hasNames(type) ? names : true });
}

function unsubscribe(connection: Connection, type: XdsType): void {
  if (hasNames(type)) connection.watch({ [type]: undefined });
}
