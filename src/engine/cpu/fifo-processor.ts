import { assert } from '../assert.js';
import { Ring } from '../ring.js';
import type { Simulation } from '../simulation.js';
import { MILLISECOND, type Nanos } from '../time.js';
import { type Core, Cores } from './cores.js';
import type { Goroutine } from './processor.js';

interface FifoCore extends Core {
  sliceEnd: Nanos;
}

export interface FifoOptions {
  /** How long a goroutine keeps its core while others wait; whoever took the core later waits behind them. */
  readonly quantum?: Nanos;
}

/**
 * The simplest discipline: one first-in first-out run queue for all cores. A goroutine that has used its core for a
 * whole quantum, in one step or in several, goes to the tail when others wait and keeps the core when none does.
 * With infinitely many cores nothing ever waits: CPU time becomes a pure delay.
 */
export class FifoProcessor extends Cores<FifoCore> {
  /** Who is woken goes behind all others. */
  readonly handsOn = false;
  private readonly queue = new Ring<Goroutine>();
  private readonly quantum: Nanos;

  constructor(simulation: Simulation, cores: number, options: FifoOptions = {}) {
    super(simulation, cores);
    this.quantum = options.quantum ?? 10 * MILLISECOND;
    assert(this.quantum > 0, `a quantum of ${this.quantum} ns`);
  }

  wake(goroutine: Goroutine): void {
    if (!this.admit(goroutine)) return;
    this.queue.push(goroutine);
    if (this.current !== undefined) return;
    const core = this.claimIdle();
    if (core !== undefined) this.startSoon(core);
  }

  wakeByTimer(goroutine: Goroutine): void {
    this.wake(goroutine);
  }

  protected pick(core: FifoCore): Goroutine | undefined {
    core.sliceEnd = this.simulation.now + this.quantum;
    return this.queue.shift();
  }

  protected deadline(core: FifoCore): Nanos {
    return core.sliceEnd;
  }

  protected expire(core: FifoCore, goroutine: Goroutine): 'queued' | 'granted' {
    if (this.queue.length > 0) {
      this.queue.push(goroutine);
      return 'queued';
    }
    core.sliceEnd = this.simulation.now + this.quantum;
    return 'granted';
  }

  protected settled(): void {
    while (this.queue.length > 0) {
      const core = this.claimIdle();
      if (core === undefined) return;
      this.settle(core);
    }
  }

  protected isSettled(): boolean {
    return this.queue.length === 0;
  }

  protected makeCore(index: number): FifoCore {
    return { index, running: undefined, starting: false, sliceEnd: 0 };
  }
}
