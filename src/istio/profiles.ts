import { ISTIO_1_17 } from './istio-1-17.js';
import { ISTIO_1_30 } from './istio-1-30.js';
import { ISTIO_1_32_DEV } from './istio-1-32-dev.js';
import type { IstioVersion, Profile } from './profile.js';

export const PROFILES: Readonly<Record<IstioVersion, Profile>> = {
  '1.17': ISTIO_1_17,
  '1.30': ISTIO_1_30,
  '1.32-dev': ISTIO_1_32_DEV,
};
