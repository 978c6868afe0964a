/** A predicted figure beside the observed one, and how far they may be apart. */

export interface AgainstRow {
  readonly what: string;
  readonly predicted: number;
  readonly observed: number;
  /** How far they may be apart, as a share of the observed; undefined: shown, not judged. */
  readonly limit: number | undefined;
  /** Of several runs that differ in their random numbers alone; absent when one was enough. */
  readonly least?: number;
  readonly most?: number;
}

/** Whether prediction and observation are as near as the row asks. */
export function isWithin({ predicted, observed, limit, least = predicted, most = predicted }: AgainstRow): boolean {
  if (limit === undefined) return true;
  const allowed = limit * Math.max(1, observed);
  return observed >= least - allowed && observed <= most + allowed;
}
