import type { Rank } from '../../src/engine/calendar.js';
import { Simulation } from '../../src/engine/simulation.js';
import type { Nanos } from '../../src/engine/time.js';

/** A simulation that calls `look` after every event: between two looks nothing changes. */
export class WatchedSimulation extends Simulation {
  look: () => void = () => {};

  override at(time: Nanos, action: (subject: number) => void, subject = 0, rank?: Rank): number {
    const watched = (of: number): void => {
      action(of);
      this.look();
    };
    return super.at(time, watched, subject, rank);
  }

  /** Nothing goes by without an event. */
  override skipTo(): boolean {
    return false;
  }

  override get freeUntil(): Nanos {
    return this.now;
  }
}
