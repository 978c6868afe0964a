/** The shipped scenarios with a timeline. */
import { describe, expect, test } from 'vitest';
import { runScenario } from '../support/scenario.js';

describe('one replaced pod', () => {
  const result = runScenario('timelines/one-pod');

  test('is five writes of its slice, of which three change what proxies are told', () => {
    const slices = result.attribution.kind.find(({ label }) => label === 'EndpointSlice');
    expect(slices?.changes).toBe(5);
    expect(result.metrics.pilot_push_triggers.by.endpoint).toBe(3 * 40);
  });

  test('its own proxy is pushed past the debounce; a canary and MeshConfig are full pushes, labels alone are none', () => {
    expect(result.rounds.map(({ kind }) => kind)).toEqual([
      'incremental',
      'incremental',
      'incremental',
      'full',
      'full',
    ]);
    expect(result.metrics.pilot_push_triggers.by).toEqual({ proxy: 1, config: 40, global: 40, endpoint: 3 * 40 });
  });

  test('the writers are named', () => {
    expect(result.attribution.source.map(({ label }) => label).sort()).toEqual([
      'alice',
      'kubelet',
      'system:serviceaccount:flagger-system:flagger',
      'system:serviceaccount:kube-system:endpointslice-controller',
    ]);
  });
});
