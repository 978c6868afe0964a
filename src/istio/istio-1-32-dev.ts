/** istiod's development head (and 1.31): `full` is gone, endpoint changes have a kind of their own, every push builds a context. */
import { ISTIO_1_30, SKIPS_1_30 } from './istio-1-30.js';
import type { Profile } from './profile.js';
import { skipTable } from './skip-table.js';

export const ISTIO_1_32_DEV: Profile = {
  ...ISTIO_1_30,
  version: '1.32-dev',
  hasFull: false,
  endpointKind: 'Endpoints',
  skips: skipTable(`${SKIPS_1_30}
    Endpoints             S  .  S  S  S  S  S  S
    Address               S  S  S  S  S  S  S  S
  `),
  fullOnly: new Set(),
  headlessShortcut: true,
};
