/**
 * How a Deployment goes from one ReplicaSet to the next (`pkg/controller/deployment/rolling.go`, `util/deployment_util.go`):
 * what its two shares mean in pods, and what may be created and removed now.
 */

/** A number of pods, or a share of the desired ones. */
export type Share = { readonly pods: number } | { readonly percent: number };

export interface Allowance {
  readonly surge: number;
  readonly unavailable: number;
}

/** maxSurge is rounded up, maxUnavailable down; when both come to nothing one may be unavailable. */
export function allowanceOf(desired: number, maxSurge: Share, maxUnavailable: Share): Allowance {
  const surge = 'pods' in maxSurge ? maxSurge.pods : Math.ceil((desired * maxSurge.percent) / 100);
  const unavailable =
    'pods' in maxUnavailable ? maxUnavailable.pods : Math.floor((desired * maxUnavailable.percent) / 100);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : Math.min(unavailable, desired) };
}

/** Pods that are not terminating: those count no more. */
export interface Progress {
  readonly desired: number;
  readonly newPods: number;
  readonly newAvailable: number;
  readonly oldPods: number;
  readonly oldAvailable: number;
}

export interface Step {
  readonly create: number;
  /** Of the old ones: those that are not available go first. */
  readonly remove: number;
}

export function nextStep(progress: Progress, { surge, unavailable }: Allowance): Step {
  const { desired, newPods, newAvailable, oldPods, oldAvailable } = progress;
  const total = newPods + oldPods;
  const create = Math.max(0, Math.min(desired + surge - total, desired - newPods));
  const minAvailable = desired - unavailable;
  const room = total - minAvailable - (newPods - newAvailable);
  if (room <= 0 || oldPods === 0) return { create, remove: 0 };
  const unhealthy = Math.min(room, oldPods - oldAvailable);
  const healthy = Math.max(0, Math.min(oldAvailable, oldAvailable + newAvailable - minAvailable));
  return { create, remove: Math.min(oldPods, unhealthy + healthy) };
}
