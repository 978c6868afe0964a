import type { Simulation } from '../simulation.js';
import { MICROSECOND, MILLISECOND, type Nanos } from '../time.js';
import { type GoCore, type GoOptions, GoQueues } from './go-queues.js';
import type { Goroutine } from './processor.js';

export type { GoOptions } from './go-queues.js';

const GLOBAL_FIRST_EVERY = 61;
/** An idle P spins this long before it takes the next goroutine of a running P, which may be about to run it. */
const STEAL_NEXT_AFTER = 3 * MICROSECOND;
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
export class GoProcessor extends GoQueues {
  private monitorComing = false;
  private spinning = false;
  private spinVictim: GoCore | undefined;
  private spinTarget: Goroutine | undefined;

  constructor(simulation: Simulation, procs: number, options: GoOptions = {}) {
    super(simulation, procs, options);
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

  private isSomethingLeft(): boolean {
    if (this.global.length > 0 || this.network.length > 0) return true;
    return this.all.some((core) => core.local.length > 0 || core.timers.length > 0);
  }

  /** Starts an idle P, `wanted` if that is idle; undefined when none is. */
  private startIdle(wanted?: GoCore): GoCore | undefined {
    const place = wanted === undefined ? -1 : this.idle.indexOf(wanted);
    const core = place < 0 ? this.claimIdle() : this.idle.splice(place, 1)[0];
    if (core === undefined) return undefined;
    if (this.idle.length === this.all.length - 1) this.monitorWakes();
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
    if (this.isHalted) return;
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
    this.simulation.at(this.roundAfter(earliest), this.monitor);
  }

  private readonly monitor = (): void => {
    this.monitorComing = false;
    if (this.isHalted || this.network.length === 0) return;
    if (this.simulation.now < this.networkPolledAt + NETWORK_UNATTENDED) {
      this.expectMonitor();
      return;
    }
    this.networkPolledAt = this.simulation.now;
    while (this.network.length > 0) this.global.push(this.network.shift()!);
    this.settled();
  };
}
