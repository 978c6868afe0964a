import { AssertionError } from '../engine/assert.js';
import { type Nanos, SECOND } from '../engine/time.js';
import type { Change } from '../pipeline/model/change.js';

const KEPT = 5;

/** The last writes that istiod saw, so that a broken invariant says where to look. */
export class RecentWrites {
  readonly #changes: Change[] = [];
  #count = 0;

  add(change: Change): void {
    this.#changes[this.#count++ % KEPT] = change;
  }

  /** Runs it; an invariant that breaks meanwhile is reported with the time, the seed and the last writes. */
  watch(run: () => void, now: () => Nanos, seed: string, replication: number): void {
    try {
      run();
    } catch (error) {
      if (!(error instanceof AssertionError)) throw error;
      const where = `at ${now() / SECOND} s of simulated time, seed ${JSON.stringify(seed)}, replication ${replication}`;
      throw new AssertionError(`${error.message} (${where}; last writes: ${this.#inWords()})`, { cause: error });
    }
  }

  #inWords(): string {
    const sorted = [...this.#changes].sort((a, b) => a.id - b.id);
    const texts = sorted.map(({ id, source, at, object }) => {
      const name = object === undefined ? '' : ` ${object.kind} ${object.namespace}/${object.name}`;
      return `#${id}${name} by ${source} at ${at / SECOND} s`;
    });
    return texts.length === 0 ? 'none' : texts.join(', ');
  }
}
