/** Nobody waits; proxies wait for each other; pushes overtake one another in the queue. */
export type Regime = 'idle' | 'waiting' | 'saturated';

/** Where nine of ten pushes wait less, nobody waits. */
export const QUIET_SECONDS = 1e-3;
