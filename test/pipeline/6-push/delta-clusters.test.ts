/** Which clusters a delta push holds beside the static ones, end to end: after the push has recomputed the scope. */
import { describe, expect, test } from 'vitest';
import type { IstioVersion } from '../../../src/istio/profile.js';
import type { ConfigObject } from '../../../src/mesh/spec.js';
import { SILENT } from '../../../src/pipeline/observer.js';
import { istiodBench, type Writes } from '../../support/bench.js';
import { destinationRule, hostOf, meshOf, ROOT, service, sidecar, sidecarScope } from '../../support/mesh.js';

const LATER = ['1.30', '1.32-dev'] as const;

/** Clusters and endpoints of each message to the proxy of `shop`, pushes and answers: `cds(db,pay)`, `eds(db)`. */
function sent(version: IstioVersion, configs: readonly ConfigObject[], write: (at: (ms: number) => Writes) => void) {
  const messages: string[] = [];
  const services = ['cart', 'pay', 'data/db', 'data/cache', 'other/api'].map((name) => service(name));
  const bench = istiodBench({
    version,
    mesh: meshOf({ services, configs, proxies: [sidecar('me')] }),
    options: { xds: 'delta' },
    observer: {
      ...SILENT,
      sent(_, type, { planned }) {
        if (type !== 'cds' && type !== 'eds') return;
        const names = planned.names?.map(({ name }) => name.split('.')[0]).sort() ?? ['all'];
        messages.push(`${type}(${names.join(',')})`);
      },
    },
  });
  write((ms) => bench.at(ms));
  bench.run();
  return messages;
}

const egress = (...hosts: readonly string[]) => ({ spec: { egress: [{ hosts }] } });
const NARROW = [sidecarScope('default', ['./*'])];

describe.each(LATER)('clusters under delta in %s', (version) => {
  test('of a Sidecar that imports more are those it did not import before, and their endpoints are asked for', () => {
    const messages = sent(version, NARROW, (at) => at(0).change('sidecar/default', egress('./*', 'data/*')));
    expect(messages).toEqual(['cds(cache,db)', 'eds(cache,db)']);
  });

  test('of a Sidecar that imports less, or the same, are none', () => {
    expect(
      sent(version, NARROW, (at) => at(0).change('sidecar/default', egress('./cart.shop.svc.cluster.local'))),
    ).toEqual(['cds()']);
    expect(sent(version, NARROW, (at) => at(0).change('sidecar/default', egress('./*', '~/*')))).toEqual(['cds()']);
  });

  test('of a Sidecar that goes away are all others in sight', () => {
    expect(sent(version, NARROW, (at) => at(0).remove('sidecar/default'))[0]).toBe('cds(api,cache,db)');
  });

  test('of a route are the services that it alone brings along', () => {
    const to = (...hosts: readonly string[]) => ({
      spec: {
        hosts: [hostOf('cart')],
        http: [{ route: hosts.map((host) => ({ destination: { host: hostOf(host) } })) }],
      },
    });
    const messages = sent(version, NARROW, (at) => {
      at(0).change('vs/cart', to('cart', 'data/db'));
      at(1_000).change('vs/cart', to('cart', 'data/db', 'other/api'));
    });
    expect(messages.filter((message) => message.startsWith('cds'))).toEqual(['cds(db)', 'cds(api)']);
  });

  test('of each of several pushes are only those new since the push before', () => {
    const messages = sent(version, NARROW, (at) => {
      at(0).change('sidecar/default', egress('./*', 'data/*'));
      at(1_000).change('sidecar/default', egress('./*', 'data/*', 'other/*'));
      at(2_000).change('vs/cart');
    });
    expect(messages.filter((message) => message.startsWith('cds'))).toEqual(['cds(cache,db)', 'cds(api)', 'cds()']);
  });

  test('of mutual TLS are the services in sight of its namespace', () => {
    const both = [sidecarScope('default', ['./*', 'data/db.data.svc.cluster.local'])];
    expect(sent(version, both, (at) => at(0).change('pa/strict'))[0]).toBe('cds(cart,pay)');
    expect(sent(version, both, (at) => at(0).change('pa/data/strict'))[0]).toBe('cds(db)');
    expect(sent(version, both, (at) => at(0).change(`pa/${ROOT}/strict`))[0]).toBe('cds(all)');
  });

  test('and endpoints of a rule are those of the services it is selected for', () => {
    const all = destinationRule('data/all', { host: '*.data.svc.cluster.local' });
    const messages = sent(version, [destinationRule('data/db'), all], (at) => at(0).change('dr/data/all', all));
    expect(messages).toEqual(['cds(cache)', 'eds(cache)']);
  });

  test('and endpoints of a rule that goes away are those of the services it was selected for', () => {
    const all = destinationRule('data/all', { host: '*.data.svc.cluster.local' });
    const messages = sent(version, [destinationRule('data/db'), all], (at) => {
      at(0).remove('dr/data/all');
      at(1_000).remove('dr/data/db');
    });
    expect(messages).toEqual(['cds(cache)', 'eds(cache)', 'cds(db)', 'eds(db)']);
  });
});
