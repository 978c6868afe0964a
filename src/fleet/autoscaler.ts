/**
 * The HorizontalPodAutoscaler as documented (kubernetes.io: "Horizontal Pod Autoscaling", algorithm details; defaults of
 * `autoscaling/v2`): every 15 s, desired = ceil(current × usage ÷ target), nothing within 10 %, up at once by what the
 * policies allow, down only to the highest proposal of the last 300 s.
 */
import { type Nanos, SECOND } from '../engine/time.js';

export const SYNC_PERIOD: Nanos = 15 * SECOND;
const TOLERANCE = 0.1;
/** `behavior.scaleDown.stabilizationWindowSeconds`. */
const STABILIZATION: Nanos = 300 * SECOND;
/** `behavior.scaleUp.policies`: the larger of both, within a period; `scaleDown`: all of them. */
const UP = { percent: 100, pods: 4, period: 15 * SECOND } as const;

export interface PodUsage {
  /** Cores used; undefined: no sample yet. */
  readonly cpu: number | undefined;
  readonly isReady: boolean;
}

/**
 * What the metric alone asks for. Pods that are not ready are set aside and those without a sample too; then, if the
 * ratio of the others says down, the missing ones count as at the target (100 %), and if it says up, as at 0, the unready
 * ones as well; when that turns the direction or falls within the tolerance, nothing is done.
 *
 * @param request cores requested per pod; `target` is a share of it
 */
export function proposedReplicas(pods: readonly PodUsage[], current: number, request: number, target: number): number {
  const measured = pods.filter(({ isReady, cpu }) => isReady && cpu !== undefined);
  if (measured.length === 0) return current;
  const unready = pods.filter(({ isReady }) => !isReady).length;
  const missing = pods.length - measured.length - unready;
  const used = measured.reduce((sum, { cpu = 0 }) => sum + cpu / request, 0);
  const ratio = used / measured.length / target;
  if (missing === 0 && (unready === 0 || ratio <= 1))
    return withinTolerance(ratio) ? current : ceil(ratio * measured.length);
  const total = measured.length + missing + (ratio > 1 ? unready : 0);
  const assumed = ratio < 1 ? used + missing * target : used;
  const again = assumed / total / target;
  if (withinTolerance(again) || (ratio < 1 && again > 1) || (ratio > 1 && again < 1)) return current;
  const proposal = ceil(again * total);
  return (again < 1 && proposal > current) || (again > 1 && proposal < current) ? current : proposal;
}

function withinTolerance(ratio: number): boolean {
  return Math.abs(ratio - 1) <= TOLERANCE;
}

/** Sums of shares are off by their last bits, which must not make another pod. */
function ceil(replicas: number): number {
  return Math.ceil(replicas - 1e-9);
}

interface Moment {
  readonly at: Nanos;
  readonly replicas: number;
}

export class Autoscaler {
  #proposals: Moment[] = [];
  #added: Moment[] = [];

  constructor(private readonly limits: { readonly min: number; readonly max: number }) {}

  /** Replicas from now on, given what the metric asks for. */
  decide(now: Nanos, current: number, proposal: number): number {
    this.#proposals = this.#proposals.filter(({ at }) => at > now - STABILIZATION);
    this.#added = this.#added.filter(({ at }) => at > now - UP.period);
    const highest = Math.max(proposal, ...this.#proposals.map(({ replicas }) => replicas));
    this.#proposals.push({ at: now, replicas: proposal });
    const stable = proposal > current ? proposal : Math.min(current, highest);
    const { min, max } = this.limits;
    const wanted = Math.min(Math.max(stable, min), max);
    if (wanted <= current) return wanted;
    const before = current - this.#added.reduce((sum, { replicas }) => sum + replicas, 0);
    const most = Math.max(Math.ceil(before * (1 + UP.percent / 100)), before + UP.pods);
    const next = Math.max(current, Math.min(wanted, most));
    if (next > current) this.#added.push({ at: now, replicas: next - current });
    return next;
  }
}
