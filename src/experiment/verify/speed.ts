/**
 * How fast the machine was during a recording, relative to the one the cost profile holds for: the only number that is
 * taken from a recording to predict it. Listeners are generated anew for every proxy, so their time tells the machine
 * from the caches; where none were sent, endpoints or clusters have to do.
 */
import { median } from '../../stats/median.js';
import type { Outcome } from './outcome.js';

const YARDSTICKS = ['lds', 'cds', 'eds'] as const;
const ENOUGH = 5;

export function speedOf(measured: Outcome, atSpeedOne: Outcome): number {
  for (const type of YARDSTICKS) {
    const real = measured.generation[type] ?? [];
    const model = atSpeedOne.generation[type] ?? [];
    if (real.length >= ENOUGH && model.length > 0) return median(model) / median(real);
  }
  return 1;
}
