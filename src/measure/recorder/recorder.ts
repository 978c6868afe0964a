import type { Nanos } from '../../engine/time.js';
import type { XdsType } from '../../istio/xds-types.js';
import type { Delivery } from '../../pipeline/model/change.js';
import type { Connection } from '../../pipeline/model/connection.js';
import type { PushRequest } from '../../pipeline/model/push-request.js';
import type { SkippedPushes } from '../../pipeline/model/skipped-pushes.js';
import type { WatchEvent } from '../../pipeline/model/watch-event.js';
import type { InboundType, RoundKind, SentMessage } from '../../pipeline/observer.js';
import { END } from '../staleness/staleness.js';
import type { Clock, MeasureOptions, Recorder } from './recorder-options.js';
import { RecorderState } from './recorder-state.js';

/** Samples before `from` are dropped (warm-up). `countedOnce`: reasons that count once however often they were merged. */
export function createRecorder(
  clock: Clock,
  countedOnce: ReadonlySet<string>,
  from: Nanos,
  options: MeasureOptions = {},
): Recorder {
  return new RunRecorder(clock, countedOnce, from, options);
}

class RunRecorder extends RecorderState implements Recorder {
  inbound(type: InboundType): void {
    if (this.counts()) this.metrics.inbound.add(type);
  }

  observed(event: WatchEvent, change: Delivery, isNew: boolean): void {
    if (!this.counts()) return;
    this.metrics.observed(event, isNew);
    this.attribution.wrote(change);
  }

  received(request: PushRequest): void {
    this.rounds.received(this.clock.now);
    const [reason = 'unknown'] = request.reasons.keys();
    for (const change of request.changes) this.staleness.changeTrace(change).reason = reason;
    this.staleness.ended(request.changes, END.watch, this.clock.now);
    if (this.counts()) this.attribution.triggered(reason);
  }

  proxyUpdated(request: PushRequest): void {
    for (const change of request.changes) this.staleness.changeTrace(change).reason = 'proxy';
    for (const phase of [END.watch, END.debounce, END.context])
      this.staleness.ended(request.changes, phase, this.clock.now);
    if (this.counts()) this.attribution.triggered('proxy');
  }

  pushStarted(kind: RoundKind, merged: number, since: Nanos, request: PushRequest): void {
    this.mark(1, merged);
    const round = this.rounds.began(this.clock.now, kind, merged, since, request);
    this.staleness.ended(request.changes, END.debounce, this.clock.now);
    this.staleness.ended(request.changes, END.context, this.clock.now);
    for (const change of request.changes) this.staleness.joined(change, merged, round.number);
    if (this.counts() && this.shortRounds.length < SHORT_ROUNDS_MAX)
      this.shortRounds.push({ at_s: this.clock.now / 1e9, merged, kind });
  }

  contextPublished(serviceCount: number, virtualServices: number): void {
    // The first one is part of the start, and so of the row at 0.
    if (this.clock.now > 0) this.counts();
    this.services = serviceCount;
    this.metrics.set('services', this.services);
    this.metrics.set('virtualServices', virtualServices);
  }

  contextBuilt(took: Nanos, request: PushRequest, cpu: Nanos): void {
    this.rounds.contextBuilt(request, took, this.services);
    this.staleness.extended(request.changes, END.context, this.clock.now - took, this.clock.now);
    if (!this.counts()) return;
    this.metrics.contextInit.add(took);
    this.attribution.work(request.changes, cpu);
  }

  pushFinished(kind: RoundKind, debounced: Nanos | undefined): void {
    this.rounds.finished(this.clock.now, kind, this.connections);
    if (this.counts() && debounced !== undefined) this.metrics.debounceTime.add(debounced);
  }

  enqueued(_ids: Int32Array, _connections: readonly Connection[], depth: number, merges: number): void {
    const counted = this.counts();
    this.occupancy.queued(depth, merges, counted);
  }

  dequeued(connection: Connection, request: PushRequest, waited: Nanos, slotsInUse: number): void {
    this.fingerprint.roll(this.clock.now | 0, connection.id);
    const counted = this.counts();
    this.occupancy.taken(1, slotsInUse);
    this.staleness.dequeued(connection, this.clock.now);
    if (!counted) return;
    this.metrics.queueTime.add(waited);
    this.triggers.count(request);
  }

  skippedMany(
    skippedPushes: Readonly<SkippedPushes>,
    _connections: readonly Connection[],
    request: PushRequest,
    slotsInUse: number,
  ): void {
    const { since, count, ids, times } = skippedPushes;
    this.fingerprint.rollPairs(times, ids, count);
    // Before and after each row that is due meanwhile.
    for (let i = 0, to = 0; i < count; i = to) {
      if (times[i]! >= this.samples.next) this.sample(times[i]!);
      for (to = count; to > i + 1 && times[to - 1]! >= this.samples.next; ) to -= 1;
      this.occupancy.taken(to - i, slotsInUse);
      this.occupancy.released();
      if (!this.isCounting) continue;
      this.metrics.queueTime.addSince(since, times, i, to);
      this.triggers.count(request, to - i);
    }
  }

  taken(): void {}

  skipped(_connection: Connection, request: PushRequest, cpu: Nanos): void {
    this.occupancy.released();
    if (this.counts()) this.attribution.work(request.changes, cpu);
  }

  transmitted(arrives: Nanos): void {
    this.staleness.transmitted(arrives);
  }

  sent(connection: Connection, type: XdsType, { took, generated, cpu, bytes, answer, planned }: SentMessage): void {
    this.fingerprint.roll(this.clock.now | 0, ~connection.id);
    if (!answer) this.staleness.sent(connection, this.clock.now);
    if (!this.counts()) return;
    this.metrics.message(type, took, generated, bytes);
    this.traffic.sent(connection.proxy, type, bytes);
    this.attribution.message(planned, answer && type === 'eds' ? connection.awaiting : NOBODY, bytes, cpu);
  }

  converged(_connection: Connection, request: PushRequest, took: Nanos, cpu: Nanos): void {
    this.occupancy.released();
    if (!this.counts()) return;
    this.metrics.convergence.add(took);
    this.attribution.work(request.changes, cpu);
  }

  expiredNonce(type: XdsType): void {
    if (this.counts()) this.metrics.expiredNonce.add(type);
  }

  rejected(connection: Connection, type: XdsType): void {
    this.mark(4, connection.id);
    const { name, shape } = connection.proxy;
    if (this.counts()) this.metrics.rejects.add(type);
    this.metrics.rejecting(type, `${name}.${shape.namespace}`);
  }

  nacked(change: Delivery, connection: Connection): void {
    this.staleness.nacked(change, connection, this.counts());
  }

  used(change: Delivery, connection: Connection, at: Nanos): void {
    this.staleness.used(change, connection, at, this.counts());
  }

  completed(change: Delivery): void {
    this.staleness.completed(change, this.counts());
  }

  connected({ proxy }: Connection, admitted: boolean): void {
    // What had been connected before is part of the row at 0.
    if (admitted) this.counts();
    else this.readyBefore += 1;
    this.groups.of(proxy);
    this.connections += 1;
    this.metrics.set('connections', this.connections);
    this.metrics.set('envoyConnections', this.connections);
  }

  disconnected(): void {
    this.counts();
    this.connections -= 1;
    this.metrics.set('connections', this.connections);
    this.metrics.set('envoyConnections', this.connections);
  }

  ready(): void {
    this.readyTimes.ready(this.clock.now);
  }
}

/** A run with more pushes than this is told by its numbers. */
const SHORT_ROUNDS_MAX = 100_000;
const NOBODY: readonly Delivery[] = [];
