/**
 * Whether a request from an Envoy is answered (`xds/ads.go`: shouldRespond; `xds/delta.go`: shouldRespondDelta), and
 * with what: a first request with everything, a stale one or a rejection not at all, a changed subscription with the
 * added names.
 */
import type { Added } from '../cost/model.js';
import type { ConfigKey } from '../mesh/keys.js';
import type { NameSet } from '../mesh/service-table.js';
import { XDS_TYPES, type XdsType } from '../mesh/xds-types.js';
import type { Connection, XdsRequest } from './connection.js';
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
  setup: Pick<StreamSetup, 'xds' | 'answersAddedOnly' | 'probe'>,
): Answer | undefined {
  const { type, nonce } = request;
  const { xds, probe } = setup;
  if (request.rejects) {
    probe.rejected(connection, type);
    return undefined;
  }
  const watched = connection.watches(type);
  if (xds === 'sotw' && watched && request.names?.size === 0) {
    unsubscribe(connection, type);
    return undefined;
  }
  // In delta only acknowledgements carry a nonce; in state-of-the-world requests everything but the first does.
  const spontaneous = xds === 'delta' && nonce === 0;
  if (!watched || (nonce === 0 && !spontaneous)) {
    subscribe(connection, request);
    return EVERYTHING;
  }
  if (!spontaneous && nonce !== connection.nonces[XDS_TYPES.indexOf(type)]) {
    probe.expiredNonce(type);
    return undefined;
  }
  if (type === 'eds') {
    const names = request.names as NameSet<ConfigKey> | undefined;
    if (names === undefined) return undefined;
    if (names.equals(connection.watched.eds as NameSet<ConfigKey>)) return undefined;
    const added = names.addedTo(connection.watched.eds as NameSet<ConfigKey>);
    connection.watch({ eds: names });
    return answerFor(added, added, names, setup);
  }
  if (type === 'rds') {
    const names = request.names as NameSet<string> | undefined;
    if (names === undefined) return undefined;
    if (names.equals(connection.watched.rds as NameSet<string>)) return undefined;
    const added = names.addedTo(connection.watched.rds as NameSet<string>);
    connection.watch({ rds: names });
    return answerFor(added, undefined, names, setup);
  }
  return undefined;
}

/** State-of-the-world answers have the added names alone where the same option makes pushes partial; delta ones always. */
function answerFor(
  { length }: readonly unknown[],
  names: Answer['names'],
  { size }: NameSet<unknown>,
  { xds, answersAddedOnly }: Pick<StreamSetup, 'xds' | 'answersAddedOnly'>,
): Answer | undefined {
  if (xds === 'sotw' && !answersAddedOnly) return EVERYTHING;
  if (length === 0) return undefined;
  return { names, added: { resources: length, watched: size } };
}

function subscribe(connection: Connection, { type, names }: XdsRequest): void {
  if (type === 'eds') connection.watch({ eds: names as NameSet<ConfigKey> });
  else if (type === 'rds') connection.watch({ rds: names as NameSet<string> });
  else connection.watch({ [type]: true });
}

function unsubscribe(connection: Connection, type: XdsType): void {
  if (type === 'eds') connection.watch({ eds: undefined });
  if (type === 'rds') connection.watch({ rds: undefined });
}
