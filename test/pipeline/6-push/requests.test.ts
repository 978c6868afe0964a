import { describe, expect, test } from 'vitest';
import type { IstioVersion } from '../../../src/istio/profile.js';
import { profileOf } from '../../../src/istio/profile.js';
import { XDS_TYPES, type XdsType } from '../../../src/istio/xds-types.js';
import { KeyInterner } from '../../../src/mesh/keys.js';
import { NameSet } from '../../../src/mesh/services/service-table.js';
import { answerTo } from '../../../src/pipeline/6-push/request-answer.js';
import type { XdsRequest } from '../../../src/pipeline/model/connection.js';
import { plansOf } from '../../support/connections.js';
import { meshOf, service, sidecar } from '../../support/mesh.js';
import { takeNotes } from '../../support/notes.js';

type Protocol = 'sotw' | 'delta';

/** A connection that has been sent nonce 3 of every type it watches: EDS of `a` and `b`, RDS of 80 and 81. */
function watching(protocol: Protocol, answersAddedOnly = true, version: IstioVersion = '1.30') {
  const keys = new KeyInterner();
  const eds = (names: string) => new NameSet([...names].map((name) => keys.of('ServiceEntry', 'shop', name)));
  const rds = (...names: string[]) => new NameSet(names);
  const connection = plansOf('1.30', meshOf({ services: [service('a')], proxies: [sidecar('client')] })).connection(
    'client',
  );
  Object.assign(connection.watched, { eds: eds('ab'), rds: rds('80', '81'), sds: undefined, nds: false, ecds: false });
  connection.nonces.fill(3);
  const notes = takeNotes({ now: 0 });
  const setup = { xds: protocol, answersAddedOnly, profile: profileOf(version), observer: notes.observer };
  /** `nothing`, `everything`, the services that are generated, or how many routes of how many. */
  const answered = (request: XdsRequest): string => {
    const answer = answerTo(request, connection, setup);
    if (answer === undefined) return 'nothing';
    if (answer.names !== undefined) return answer.names.map(({ name }) => name).join('');
    return answer.added === undefined ? 'everything' : `${answer.added.resources} of ${answer.added.watched}`;
  };
  const request = (type: XdsType, nonce: number, names?: XdsRequest['names']): XdsRequest =>
    names === undefined ? { type, nonce } : { type, nonce, names };
  return {
    eds,
    rds,
    connection,
    expired: notes.expired,
    rejected: notes.rejected,
    ask: (...what: Parameters<typeof request>) => answered(request(...what)),
    refuse: (...what: Parameters<typeof request>) => answered({ ...request(...what), rejects: true }),
  };
}

describe.each<Protocol>(['sotw', 'delta'])('a request of a proxy (%s)', (protocol) => {
  test('for a type it does not watch yet is answered with everything, and from then on it watches the type', () => {
    const { ask, connection } = watching(protocol);
    expect(ask('nds', 0)).toBe('everything');
    expect(connection.watched.nds).toBe(true);
  });

  test('for endpoints, the first time, too', () => {
    const { ask, connection, eds } = watching(protocol);
    connection.watch({ eds: undefined });
    expect(ask('eds', 0, eds('bc'))).toBe('everything');
    expect([...connection.watched.eds!].map(({ name }) => name)).toEqual(['b', 'c']);
  });

  test.each(XDS_TYPES.filter((type) => type === 'cds' || type === 'lds'))(
    'that acknowledges %s is not answered',
    (type) => {
      expect(watching(protocol).ask(type, 3)).toBe('nothing');
    },
  );

  test('with an error detail is counted as a reject and not answered, whatever else it says', () => {
    const { refuse, connection, rejected, expired, eds } = watching(protocol);
    expect([refuse('lds', 3), refuse('lds', 2), refuse('eds', 3, eds('abc'))]).toEqual(Array(3).fill('nothing'));
    expect(rejected.map(({ by, type }) => `${by} ${type}`)).toEqual(['client lds', 'client lds', 'client eds']);
    expect(expired).toEqual([]);
    expect(connection.watched.eds!.size).toBe(2);
  });

  test('with the nonce of an older response is counted as expired and not answered', () => {
    const { ask, expired, eds, connection } = watching(protocol);
    expect(ask('cds', 2)).toBe('nothing');
    expect(ask('eds', 2, eds('abc'))).toBe('nothing');
    expect(expired).toEqual(['cds', 'eds']);
    expect(connection.watched.eds!.size).toBe(2);
  });
});

describe('a state-of-the-world request', () => {
  test('that repeats its names is an acknowledgement', () => {
    const { ask, eds, rds, expired } = watching('sotw');
    expect([ask('eds', 3, eds('ab')), ask('rds', 3, rds('80', '81'))]).toEqual(['nothing', 'nothing']);
    expect(expired).toEqual([]);
  });

  test('with more names is answered for the added ones', () => {
    const { ask, eds } = watching('sotw');
    expect(ask('eds', 3, eds('abcd'))).toBe('cd');
    expect(ask('eds', 3, eds('abcd'))).toBe('nothing');
  });

  test('with other names is answered for those that are new', () => {
    const { ask, eds, connection } = watching('sotw');
    expect(ask('eds', 3, eds('bc'))).toBe('c');
    expect([...connection.watched.eds!].map(({ name }) => name)).toEqual(['b', 'c']);
  });

  test('with fewer names is not answered', () => {
    const { ask, eds, connection } = watching('sotw');
    expect(ask('eds', 3, eds('a'))).toBe('nothing');
    expect(connection.watched.eds!.size).toBe(1);
  });

  test('with a new route is answered with that, with fewer it is not', () => {
    const { ask, rds } = watching('sotw');
    expect(ask('rds', 3, rds('80', '81', '82'))).toBe('1 of 3');
    expect(ask('rds', 3, rds('82'))).toBe('nothing');
  });

  test('with a new name is answered with everything where partial pushes are off (1.17)', () => {
    const { ask, eds, rds } = watching('sotw', false);
    expect([ask('eds', 3, eds('abc')), ask('rds', 3, rds('80', '81', '82'))]).toEqual(['everything', 'everything']);
    expect([ask('eds', 3, eds('a')), ask('eds', 3, eds('a'))]).toEqual(['everything', 'nothing']);
  });

  test('without any name unsubscribes: the next one is a first request', () => {
    const { ask, eds, connection } = watching('sotw');
    expect(ask('eds', 3, eds(''))).toBe('nothing');
    expect(connection.watched.eds).toBeUndefined();
    expect(ask('eds', 3, eds('a'))).toBe('everything');
  });

  test('without a nonce is a first request even if the type is watched', () => {
    const { ask, eds, expired } = watching('sotw');
    expect(ask('cds', 0)).toBe('everything');
    expect(ask('eds', 0, eds('abc'))).toBe('everything');
    expect(expired).toEqual([]);
  });
});

describe('a request for certificates', () => {
  const shrunk = (protocol: Protocol, version: IstioVersion) => {
    const { ask, rds, connection } = watching(protocol, true, version);
    const names = rds;
    connection.watch({ sds: names('one', 'two') });
    const nonce = protocol === 'delta' ? 0 : 3;
    return [ask('sds', nonce, names('one', 'two', 'three')), ask('sds', nonce, names('three'))];
  };

  test.each<Protocol>(['sotw', 'delta'])(
    'is answered for the one that is new, and not for one that goes (%s)',
    (xds) => {
      expect(shrunk(xds, '1.30')).toEqual(['1 of 3', 'nothing']);
    },
  );

  test('is answered with an empty list in 1.17 when one goes', () => {
    expect(shrunk('sotw', '1.17')).toEqual(['1 of 3', '0 of 1']);
  });
});

describe('a delta request', () => {
  test('is answered for the new names whatever the option says', () => {
    const { ask, eds, rds } = watching('delta', false);
    expect([ask('eds', 0, eds('abc')), ask('rds', 0, rds('81', '82'))]).toEqual(['c', '1 of 2']);
  });

  test('without a nonce changes the subscription and is answered for the new names', () => {
    const { ask, eds, expired } = watching('delta');
    expect(ask('eds', 0, eds('abc'))).toBe('c');
    expect(expired).toEqual([]);
  });

  test('that only unsubscribes is not answered', () => {
    const { ask, eds } = watching('delta');
    expect(ask('eds', 0, eds('a'))).toBe('nothing');
  });

  test('with the last nonce and no names is an acknowledgement that changes nothing', () => {
    const { ask, connection } = watching('delta');
    expect(ask('eds', 3)).toBe('nothing');
    expect(connection.watched.eds!.size).toBe(2);
  });
});
