import { assert } from '../assert.js';
import { Ring } from '../ring.js';
import type { Simulation } from '../simulation.js';
import { MICROSECOND, MILLISECOND, type Nanos } from '../time.js';
import { type Core, Cores } from './cores.js';
import type { Goroutine } from './processor.js';

/** One P of the Go runtime: the right to run one goroutine, and its own run queue. */
interface GoCore extends Core {
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

const LOCAL_MAX = 256;
const GLOBAL_FIRST_EVERY = 61;
/** An idle P spins this long before it takes the next goroutine of a running P, which may be about to run it. */
const STEAL_NEXT_AFTER = 3 * MICROSECOND;
/**
 * The monitor (runtime/proc.go: sysmon) makes a round every 10 ms when it finds nothing to do. It wakes with the program:
 * then it looks every 20 µs for a millisecond and ever less often afterwards, so that its first round which can find a
 * slice to be over comes this long after the program woke.
 */
const MONITOR_ROUND = 10 * MILLISECOND;
const MONITOR_FIRST = 11.2 * MILLISECOND;
/** The monitor polls the network itself when no P has done so for this long. */
const NETWORK_UNATTENDED = 10 * MILLISECOND;

/**
 * The run queues of the Go scheduler (runtime/proc.go: schedule, findRunnable, runqput, runqgrab, injectglist, sysmon,
 * as of Go 1.14 to 1.24), which decide who waits where in istiod.
 *
 * - What a running goroutine wakes or creates goes to its P's `next` place; whoever was there moves to the tail of that
 *   P's local queue. A full local queue (256) sends its older half, then the newcomer, to the global queue.
 * - A P looks for work in this order: its timers; on every 61st slice the global queue; `next`, which inherits what is
 *   left of the slice; the local queue; the global queue, of which it takes its share (length / Ps + 1, at most 128);
 *   the network; half of the local queue of another P (the last of these runs, the others wait in order); timers
 *   another P is too busy to see; and, 3 µs later, another P's `next` if that still waits there.
 * - A slice lasts one quantum from the round in which the monitor first sees it, and ends in the round that finds it
 *   over: 10 to 20 ms in all. The goroutine then goes to the tail of the global queue. A `next` that inherits a slice
 *   which is over runs until the monitor's next round.
 * - An idle P starts as soon as there is something it could take: from outside by an event at the same instant.
 * - Woken by the network (`wake` from outside): an idle P takes it; if none is idle but one is just starting, it joins
 *   that one's local queue; if all are busy it is noticed by the first P that runs out of other work, or by the
 *   monitor once the network was unattended for 10 ms, which puts it at the tail of the global queue.
 * - Woken by a timer (`wakeByTimer`): timers belong to the P on which the goroutine ran last. If that or another P is
 *   idle, it takes it; else the owner finds it when it schedules next, as if its goroutine had woken it.
 *
 * Simplified: threads start in no time; victims are tried in cyclic order rather than at random; a P that was idle
 * starts a new slice even for a timer's `next`; every goroutine is preemptible at any instant (Go 1.14 and later).
 */
export class GoProcessor extends Cores<GoCore> {
  private readonly global = new Ring<Goroutine>();
  private readonly network = new Ring<Goroutine>();
  private readonly quantum: Nanos;
  private readonly monitorLate: (() => Nanos) | undefined;
  /** Of the monitor's rounds that matter, since the program woke last. */
  private firstRound: Nanos = MONITOR_FIRST;
  private networkPolledAt: Nanos = 0;
  private monitorComing = false;
  private spinning = false;
  private spinVictim: GoCore | undefined;
  private spinTarget: Goroutine | undefined;

  constructor(simulation: Simulation, procs: number, options: GoOptions = {}) {
    super(simulation, procs);
    assert(Number.isFinite(procs), 'a Go program has a finite number of Ps');
    this.quantum = options.quantum ?? 10 * MILLISECOND;
    this.monitorLate = options.monitorLate;
    assert(this.quantum > 0, `a quantum of ${this.quantum} ns`);
    for (let index = 0; index < procs; index++) this.all.push(this.makeCore(index));
    this.idle.push(...this.all.toReversed());
  }

  get handsOn(): boolean {
    const core = this.current;
    if (core === undefined || core.next !== undefined || core.timers.length > 0) return false;
    if (this.global.length > 0 && core.tick % GLOBAL_FIRST_EVERY === 0) return false;
    // The next one would inherit a slice that is over, until the monitor comes round again.
    return !core.noticed || core.sliceEnd > this.simulation.now;
  }

  wake(goroutine: Goroutine): void {
    if (!this.admit(goroutine)) return;
    if (this.current !== undefined) {
      this.putNext(this.current, goroutine);
      return;
    }
    const core = this.startIdle() ?? this.lastStarted();
    if (core !== undefined) {
      this.putLocal(core, goroutine);
      return;
    }
    this.network.push(goroutine);
    this.expectMonitor();
  }

  wakeByTimer(goroutine: Goroutine): void {
    if (!this.admit(goroutine)) return;
    const owner = this.all[goroutine.home]!;
    const core = this.current ?? (owner.starting ? owner : (this.startIdle(owner) ?? this.lastStarted()));
    if (core !== undefined) this.putNext(core, goroutine);
    else owner.timers.push(goroutine);
  }

  protected pick(core: GoCore): Goroutine | undefined {
    this.fireTimers(core, core);
    if (core.tick % GLOBAL_FIRST_EVERY === 0 && this.global.length > 0) {
      return this.beginSlice(core, this.global.shift());
    }
    if (core.next !== undefined) return this.takeNext(core, core);
    const found = core.local.shift() ?? this.takeGlobal(core) ?? this.takeNetwork(core) ?? this.steal(core);
    if (found !== undefined) return this.beginSlice(core, found);
    for (const other of this.all) this.fireTimers(other, core);
    if (core.next !== undefined) return this.beginSlice(core, this.takeNext(core, core));
    if (this.spinTarget !== undefined && this.spinVictim?.next === this.spinTarget) {
      return this.beginSlice(core, this.takeNext(this.spinVictim, core));
    }
    return undefined;
  }

  protected deadline(core: GoCore, end: Nanos): Nanos {
    // The lateness is drawn only for slices that somebody would overrun: most end by parking.
    if (!core.noticed && end > core.sliceEnd) {
      core.sliceEnd = this.noticedAt(core.sliceEnd);
      core.noticed = true;
    }
    return core.sliceEnd;
  }

  protected expire(_core: GoCore, goroutine: Goroutine): 'queued' {
    this.global.push(goroutine);
    return 'queued';
  }

  protected settled(): void {
    while (this.idle.length > 0 && this.isSomethingLeft()) this.settle(this.idle.pop()!);
    this.spin();
  }

  protected isSettled(): boolean {
    // Whoever has spun until now still has to be told that it may not take that goroutine any more.
    return this.idle.length === 0 && this.spinTarget === undefined;
  }

  protected makeCore(index: number): GoCore {
    const queues = { next: undefined, local: new Ring<Goroutine>(), timers: new Ring<Goroutine>() };
    return { index, running: undefined, starting: false, sliceEnd: 0, noticed: false, tick: 0, ...queues };
  }

  /** When the monitor sees that a slice which should last until `end` is over. */
  private noticedAt(end: Nanos): Nanos {
    if (this.monitorLate !== undefined) return end + this.monitorLate();
    const began = end - this.quantum;
    // A slice that began with the program is seen at once, others in the next round.
    const seen = began <= this.firstRound - MONITOR_FIRST ? began : this.roundAfter(began);
    return this.roundAfter(seen + this.quantum - 1);
  }

  /** The monitor's first round after `at`. */
  private roundAfter(at: Nanos): Nanos {
    if (this.monitorLate !== undefined) return at + this.monitorLate();
    const rounds = Math.max(0, Math.floor((at - this.firstRound) / MONITOR_ROUND) + 1);
    return this.firstRound + rounds * MONITOR_ROUND;
  }

  private putNext(core: GoCore, goroutine: Goroutine): void {
    const kicked = core.next;
    core.next = goroutine;
    if (kicked !== undefined) this.putLocal(core, kicked);
  }

  private putLocal(core: GoCore, goroutine: Goroutine): void {
    if (core.local.length < LOCAL_MAX) {
      core.local.push(goroutine);
      return;
    }
    for (let moved = 0; moved < LOCAL_MAX / 2; moved++) this.global.push(core.local.shift()!);
    this.global.push(goroutine);
  }

  private beginSlice(core: GoCore, goroutine: Goroutine | undefined): Goroutine | undefined {
    core.tick++;
    core.sliceEnd = this.simulation.now + this.quantum;
    core.noticed = false;
    return goroutine;
  }

  private takeNext(victim: GoCore, core: GoCore): Goroutine | undefined {
    const goroutine = victim.next;
    victim.next = undefined;
    if (core.noticed && core.sliceEnd <= this.simulation.now) core.sliceEnd = this.roundAfter(this.simulation.now);
    return goroutine;
  }

  private takeGlobal(core: GoCore): Goroutine | undefined {
    const share = Math.min(Math.floor(this.global.length / this.cores) + 1, LOCAL_MAX / 2);
    const first = this.global.shift();
    for (let taken = 1; taken < share && this.global.length > 0; taken++) core.local.push(this.global.shift()!);
    return first;
  }

  private takeNetwork(core: GoCore): Goroutine | undefined {
    this.networkPolledAt = this.simulation.now;
    const first = this.network.shift();
    for (let given = 0; given < this.idle.length && this.network.length > 0; given++) {
      this.global.push(this.network.shift()!);
    }
    while (this.network.length > 0) this.putLocal(core, this.network.shift()!);
    return first;
  }

  private steal(core: GoCore): Goroutine | undefined {
    for (let distance = 1; distance < this.cores; distance++) {
      const { local } = this.all[(core.index + distance) % this.cores]!;
      const half = Math.ceil(local.length / 2);
      for (let taken = 1; taken < half; taken++) core.local.push(local.shift()!);
      if (half > 0) return local.shift();
    }
    return undefined;
  }

  private fireTimers(owner: GoCore, core: GoCore): void {
    while (owner.timers.length > 0) this.putNext(core, owner.timers.shift()!);
  }

  private isSomethingLeft(): boolean {
    if (this.global.length > 0 || this.network.length > 0) return true;
    return this.all.some((core) => core.local.length > 0 || core.timers.length > 0);
  }

  /** Starts an idle P, `wanted` if that is idle; undefined when none is. */
  private startIdle(wanted?: GoCore): GoCore | undefined {
    const place = wanted === undefined ? -1 : this.idle.indexOf(wanted);
    const core = place < 0 ? this.claimIdle() : this.idle.splice(place, 1)[0];
    if (core === undefined) return undefined;
    if (this.idle.length === this.all.length - 1) this.firstRound = this.simulation.now + MONITOR_FIRST;
    core.sliceEnd = this.simulation.now + this.quantum;
    core.noticed = false;
    this.startSoon(core);
    return core;
  }

  private lastStarted(): GoCore | undefined {
    // Asked at every wake-up from outside, where `findLast` costs as much as all the rest.
    for (let index = this.all.length - 1; index >= 0; index--) {
      const core = this.all[index]!;
      if (core.starting) return core;
    }
    return undefined;
  }

  /** At most one idle P at a time waits for the `next` of a running one, as in Go. */
  private spin(): void {
    if (this.spinning || this.idle.length === 0) return;
    const victim = this.all.find((core) => core.running !== undefined && core.next !== undefined);
    if (victim === undefined) return;
    this.spinning = true;
    this.spinVictim = victim;
    this.spinTarget = victim.next;
    this.simulation.after(STEAL_NEXT_AFTER, this.spinEnds);
  }

  private readonly spinEnds = (): void => {
    this.spinning = false;
    const core = this.idle.pop();
    if (core !== undefined) this.settle(core);
    this.spinTarget = undefined;
    this.settled();
  };

  private expectMonitor(): void {
    if (this.monitorComing) return;
    this.monitorComing = true;
    const { now } = this.simulation;
    const earliest = Math.max(now, this.networkPolledAt + NETWORK_UNATTENDED);
    this.simulation.at(
      this.monitorLate === undefined ? this.roundAfter(earliest) : earliest + this.monitorLate(),
      this.monitor,
    );
  }

  private readonly monitor = (): void => {
    this.monitorComing = false;
    if (this.network.length === 0) return;
    if (this.simulation.now < this.networkPolledAt + NETWORK_UNATTENDED) {
      this.expectMonitor();
      return;
    }
    this.networkPolledAt = this.simulation.now;
    while (this.network.length > 0) this.global.push(this.network.shift()!);
    this.settled();
  };
}
