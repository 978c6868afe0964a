import { assert } from '../assert.js';
import { Ring } from '../ring.js';
import type { Simulation } from '../simulation.js';
import { MILLISECOND, type Nanos } from '../time.js';
import { type Core, Cores } from './cores.js';
import type { Goroutine } from './processor.js';

/** One P of the Go runtime: the right to run one goroutine, and its own run queue. */
export interface GoCore extends Core {
  /** The goroutine made runnable last by the running one: goes first, within the same slice. */
  next: Goroutine | undefined;
  readonly local: Ring<Goroutine>;
  /** Goroutines whose timers, set on this P, have gone off while nobody was looking. */
  readonly timers: Ring<Goroutine>;
  sliceEnd: Nanos;
  /** Whether `sliceEnd` includes the lateness of the monitor already. */
  noticed: boolean;
  /** Number of slices begun: every 61st looks at the global queue first. */
  tick: number;
}

export interface GoOptions {
  /** How late the monitor notices that a slice is over, or that the network was left unattended; default: as its rounds have it. */
  readonly monitorLate?: () => Nanos;
  readonly quantum?: Nanos;
}

/** Places of a P's local queue. */
const LOCAL_MAX = 256;
/**
 * The monitor (runtime/proc.go: sysmon) makes a round every 10 ms when it finds nothing to do. It wakes with the program:
 * then it looks every 20 µs for a millisecond and ever less often afterwards, so that its first round which can find a
 * slice to be over comes this long after the program woke.
 */
const MONITOR_ROUND = 10 * MILLISECOND;
const MONITOR_FIRST = 11.2 * MILLISECOND;

/** The queues of the Go scheduler: the global one, the network's, and those of each P (runtime/proc.go: runqput, runqgrab). */
export abstract class GoQueues extends Cores<GoCore> {
  protected readonly global = new Ring<Goroutine>();
  protected readonly network = new Ring<Goroutine>();
  protected readonly quantum: Nanos;
  protected readonly monitorLate: (() => Nanos) | undefined;
  protected networkPolledAt: Nanos = 0;
  /** Of the monitor's rounds that matter, since the program woke last. */
  private firstRound: Nanos = MONITOR_FIRST;

  constructor(simulation: Simulation, procs: number, options: GoOptions = {}) {
    super(simulation, procs);
    assert(Number.isFinite(procs), 'a Go program has a finite number of Ps');
    this.quantum = options.quantum ?? 10 * MILLISECOND;
    this.monitorLate = options.monitorLate;
    assert(this.quantum > 0, `a quantum of ${this.quantum} ns`);
  }

  protected makeCore(index: number): GoCore {
    const queues = { next: undefined, local: new Ring<Goroutine>(), timers: new Ring<Goroutine>() };
    return { index, running: undefined, starting: false, sliceEnd: 0, noticed: false, tick: 0, ...queues };
  }

  /** The program wakes: the monitor wakes with it. */
  protected monitorWakes(): void {
    this.firstRound = this.simulation.now + MONITOR_FIRST;
  }

  /** When the monitor sees that a slice which should last until `end` is over. */
  protected noticedAt(end: Nanos): Nanos {
    if (this.monitorLate !== undefined) return end + this.monitorLate();
    const began = end - this.quantum;
    // A slice that began with the program is seen at once, others in the next round.
    const seen = began <= this.firstRound - MONITOR_FIRST ? began : this.roundAfter(began);
    return this.roundAfter(seen + this.quantum - 1);
  }

  /** The monitor's first round after `at`; where the lateness is given, so much later. */
  protected roundAfter(at: Nanos): Nanos {
    if (this.monitorLate !== undefined) return at + this.monitorLate();
    const rounds = Math.max(0, Math.floor((at - this.firstRound) / MONITOR_ROUND) + 1);
    return this.firstRound + rounds * MONITOR_ROUND;
  }

  protected putNext(core: GoCore, goroutine: Goroutine): void {
    const kicked = core.next;
    core.next = goroutine;
    if (kicked !== undefined) this.putLocal(core, kicked);
  }

  protected putLocal(core: GoCore, goroutine: Goroutine): void {
    if (core.local.length < LOCAL_MAX) {
      core.local.push(goroutine);
      return;
    }
    for (let moved = 0; moved < LOCAL_MAX / 2; moved++) this.global.push(core.local.shift()!);
    this.global.push(goroutine);
  }

  protected takeNext(victim: GoCore, core: GoCore): Goroutine | undefined {
    const goroutine = victim.next;
    victim.next = undefined;
    if (core.noticed && core.sliceEnd <= this.simulation.now) core.sliceEnd = this.roundAfter(this.simulation.now);
    return goroutine;
  }

  protected takeGlobal(core: GoCore): Goroutine | undefined {
    const share = Math.min(Math.floor(this.global.length / this.cores) + 1, LOCAL_MAX / 2);
    const first = this.global.shift();
    for (let taken = 1; taken < share && this.global.length > 0; taken++) core.local.push(this.global.shift()!);
    return first;
  }

  protected takeNetwork(core: GoCore): Goroutine | undefined {
    this.networkPolledAt = this.simulation.now;
    const first = this.network.shift();
    for (let given = 0; given < this.idle.length && this.network.length > 0; given++) {
      this.global.push(this.network.shift()!);
    }
    while (this.network.length > 0) this.putLocal(core, this.network.shift()!);
    return first;
  }

  protected steal(core: GoCore): Goroutine | undefined {
    for (let distance = 1; distance < this.cores; distance++) {
      const { local } = this.all[(core.index + distance) % this.cores]!;
      const half = Math.ceil(local.length / 2);
      for (let taken = 1; taken < half; taken++) core.local.push(local.shift()!);
      if (half > 0) return local.shift();
    }
    return undefined;
  }

  protected fireTimers(owner: GoCore, core: GoCore): void {
    while (owner.timers.length > 0) this.putNext(core, owner.timers.shift()!);
  }

  protected beginSlice(core: GoCore, goroutine: Goroutine | undefined): Goroutine | undefined {
    core.tick++;
    core.sliceEnd = this.simulation.now + this.quantum;
    core.noticed = false;
    return goroutine;
  }
}
