/**
 * From the environment variables a scenario sets to the options the pipeline reads. Values were validated on loading.
 */

import { hasSendTimeout } from '../istio/connection-rules.js';
import { parseGoDuration } from '../istio/environment/go-duration.js';
import type { Profile } from '../istio/profile.js';
import { automaticLimit, defaultOptions, type IstiodOptions } from '../pipeline/options.js';
import type { IstiodSpec } from './spec.js';

export function istiodOptions(spec: IstiodSpec, profile: Profile, gomaxprocs: number): IstiodOptions {
  const defaults = defaultOptions(profile, gomaxprocs);
  const { env } = spec;
  const duration = (name: string, otherwise: number) =>
    env[name] === undefined ? otherwise : Number(parseGoDuration(env[name]));
  const flag = (name: string, otherwise: boolean) => (env[name] === undefined ? otherwise : env[name] === 'true');
  /** Since 1.21 a limit of 0 means automatic, and is the default; before, it is taken as it is. */
  const limit = (name: string, otherwise: number, inProfile: number) => {
    const set = env[name] === undefined ? otherwise : Number(env[name]);
    return set === 0 && inProfile === 0 ? automaticLimit(gomaxprocs) : set;
  };
  return {
    debounceAfter: duration('PILOT_DEBOUNCE_AFTER', defaults.debounceAfter),
    debounceMax: duration('PILOT_DEBOUNCE_MAX', defaults.debounceMax),
    enableEdsDebounce: flag('PILOT_ENABLE_EDS_DEBOUNCE', defaults.enableEdsDebounce),
    pushThrottle: limit('PILOT_PUSH_THROTTLE', defaults.pushThrottle, profile.defaults.pushThrottle),
    maxRequestsPerSecond: limit(
      'PILOT_MAX_REQUESTS_PER_SECOND',
      defaults.maxRequestsPerSecond,
      profile.defaults.maxRequestsPerSecond,
    ),
    partialFullPushes: flag('PILOT_PARTIAL_FULL_PUSHES', defaults.partialFullPushes),
    headlessPodListeners: flag('PILOT_ENABLE_HEADLESS_SERVICE_POD_LISTENERS', defaults.headlessPodListeners),
    enhancedResourceScoping: flag('ENABLE_ENHANCED_RESOURCE_SCOPING', defaults.enhancedResourceScoping),
    scopeGatewayToNamespace: flag('PILOT_SCOPE_GATEWAY_TO_NAMESPACE', defaults.scopeGatewayToNamespace),
    revision: env.REVISION || defaults.revision,
    xds: spec.xds,
    sendTimeout: hasSendTimeout(profile.version) ? duration('PILOT_XDS_SEND_TIMEOUT', 0) : 0,
  };
}
