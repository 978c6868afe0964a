/**
 * What a push request asks for, by version: whether it is for everybody and everything, whether a context is built,
 * whether proxies recompute their state, whether it may bypass the debounce (`istiod` sections cited at each).
 */
import type { Profile } from '../../istio/profile.js';
import type { PushRequest } from './push-request.js';

/** Everything to everybody: no keys in 1.17, `forced` later. */
export function isUnrestricted(request: PushRequest, profile: Profile): boolean {
  return profile.hasForced ? request.forced : request.keys.size === 0;
}

/** 1.17 and 1.30 reuse the published context for incremental requests; the development head always builds one. */
export function buildsContext(request: PushRequest, profile: Profile): boolean {
  return profile.hasFull ? request.full : true;
}

/** Whether the push recomputes proxy state (`pushConnection`): full requests, or anything beyond endpoints. */
export function recomputesState(request: PushRequest, profile: Profile): boolean {
  if (profile.hasFull) return request.full;
  return request.forced || !onlyEndpoints(request);
}

/** With EDS debounce off: incremental requests, secrets included, up to 1.30; later only those of endpoints alone. */
export function isBypassable(request: PushRequest, profile: Profile): boolean {
  return profile.hasFull ? !request.full : onlyEndpoints(request);
}

function onlyEndpoints(request: PushRequest): boolean {
  if (request.keys.size === 0) return false;
  for (const key of request.keys) if (key.kind !== 'Endpoints') return false;
  return true;
}
