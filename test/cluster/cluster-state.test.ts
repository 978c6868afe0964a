import { expect, test } from 'vitest';
import { ClusterState } from '../../src/cluster/cluster-state.js';
import { meshOf, object } from '../support/mesh.js';

test('a ServiceEntry that is written with other hosts has endpoints at those alone', () => {
  const entry = (host: string) => object('ServiceEntry', 'api', { hosts: [host], resolution: 'STATIC' });
  const cluster = new ClusterState(meshOf({ configs: [entry('a.example.com')] }));
  cluster.putConfig(entry('b.example.com'));
  const found = (name: string) => cluster.endpointsOf({ namespace: 'shop', name })?.spec.host;
  expect([found('a.example.com'), found('b.example.com')]).toEqual([undefined, 'b.example.com']);
});
