/**
 * The parts of a push context that a request may ask to have rebuilt; the rest is taken over by reference. `policies`
 * are the indexes that no table here stands for: authentication, authorization, EnvoyFilter, telemetry, ProxyConfig and
 * extensions.
 */
export type ContextPart = 'services' | 'virtualServices' | 'destinationRules' | 'gateways' | 'scopes' | 'policies';

export const EVERY_PART: readonly ContextPart[] = [
  'services',
  'virtualServices',
  'destinationRules',
  'gateways',
  'scopes',
  'policies',
];
