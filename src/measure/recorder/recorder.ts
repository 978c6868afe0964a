/**
 * The observer that turns moments into istiod's metrics and into what they hide. Memory follows the number of changes on
 * their way and of connections, not the length of the run; nothing is allocated for a message.
 */
import { Fingerprint } from '../../engine/fingerprint.js';
import type { Nanos } from '../../engine/time.js';
import type { IstioVersion } from '../../istio/profile.js';
import type { Delivery } from '../../pipeline/model/change.js';
import type { Observer } from '../../pipeline/observer.js';
import type { Sink } from '../../stats/batch.js';
import { SampleBuffer } from '../../stats/sample-buffer.js';
import { AttributionBook } from '../attribution/attribution.js';
import { IstiodMetrics, POD } from '../metrics/istiod-metrics.js';
import { TriggerCounts } from '../metrics/trigger-counts.js';
import { END, Staleness } from '../staleness/staleness.js';
import { ChangeTimelines } from '../timeline/change-timelines.js';
import { Rounds } from '../timeline/rounds.js';
import { Occupancy } from './occupancy.js';
import type { Recording } from './recording.js';
import type { Round, RunResult } from './result.js';
import { type SampleOptions, Samples } from './samples.js';
import { type RunFacts, runResult } from './summary.js';

export interface Clock {
  readonly now: Nanos;
}

export interface MeasureOptions extends SampleOptions {
  /** Whose names and buckets the metrics have; default 1.30. */
  readonly version?: IstioVersion;
  /** CPU time used so far, for its course over time. */
  readonly busyNanos?: () => Nanos;
  readonly cores?: number;
  /** Heap in use now, where it is modelled. */
  readonly heapBytes?: () => number;
  /** Changes whose whole timeline is kept. */
  readonly follows?: (change: Delivery) => boolean;
}

export interface Recorder extends Observer {
  result(facts: RunFacts): RunResult;
  recording(): Recording;
}

/** Samples before `from` are dropped (warm-up). `countedOnce`: reasons that count once however often they were merged. */
export function createRecorder(
  clock: Clock,
  countedOnce: ReadonlySet<string>,
  from: Nanos,
  options: MeasureOptions = {},
): Recorder {
  const { version = '1.30' } = options;
  const sampleBuffer = new SampleBuffer();
  const metrics = new IstiodMetrics(version, sampleBuffer, [ofRow((row) => row.convergence)]);
  if (options.cores !== undefined) metrics.set('procs', options.cores, POD);
  const timelines = new ChangeTimelines(options.follows);
  const staleness = new Staleness((change, changeTrace) => timelines.completed(change, changeTrace), sampleBuffer, [
    ofRow((row) => row.staleness),
  ]);
  const attribution = new AttributionBook((change) => staleness.reasonOf(change));
  const rounds = new Rounds();
  const shortRounds: Round[] = [];
  const fingerprint = new Fingerprint();
  const samples = new Samples(metrics.registry, refresh, from, options);
  const triggers = new TriggerCounts(metrics, countedOnce);
  const occupancy = new Occupancy(samples);
  /** The warm-up is over. Only what is added up depends on it: gauges tell how things are, whenever they became so. */
  let isCounting = false;
  let connections = 0;
  let services = 0;
  let readyProxies = 0;

  /** The bins of the row that is being filled. */
  function ofRow(bins: (row: Samples) => Sink): Sink {
    return { addAll: (batch) => bins(samples).addAll(batch) };
  }

  /** Before anything is looked at: what was noted is added up. */
  function flush(): void {
    sampleBuffer.flush();
    triggers.flush();
  }

  function refresh(at: Nanos): void {
    flush();
    metrics.set('uptime', at / 1e9);
    const busy = options.busyNanos?.() ?? 0;
    metrics.set('cpu', busy);
    if (options.heapBytes !== undefined) metrics.heapInUse(options.heapBytes());
    metrics.set('containerCpu', busy);
  }

  /** Whether the moment counts; before that, takes the samples that were due. */
  function counts(): boolean {
    if (clock.now >= samples.next) sample(clock.now);
    return isCounting;
  }

  function sample(now: Nanos): void {
    samples.catchUp(now, occupancy.depth, occupancy.slots);
    isCounting = true;
  }

  /** A moment that is an item of the fingerprint, which nearly all moments of a run are not. */
  function mark(what: number, who: number): void {
    // In one number: 32 bits of the time, 3 of the moment, 18 of the connection.
    fingerprint.number((clock.now | 0) * 0x200000 + what * 0x40000 + (who & 0x3ffff));
  }

  return {
    inbound(type) {
      if (counts()) metrics.inbound.add(type);
    },
    observed(event, change, isNew) {
      if (!counts()) return;
      metrics.observed(event, isNew);
      attribution.wrote(change);
    },
    received(request) {
      rounds.received(clock.now);
      const [reason = 'unknown'] = request.reasons.keys();
      for (const change of request.changes) staleness.changeTrace(change).reason = reason;
      staleness.ended(request.changes, END.watch, clock.now);
      if (counts()) attribution.triggered(reason);
    },
    proxyUpdated(request) {
      for (const change of request.changes) staleness.changeTrace(change).reason = 'proxy';
      for (const phase of [END.watch, END.debounce, END.context]) staleness.ended(request.changes, phase, clock.now);
      if (counts()) attribution.triggered('proxy');
    },
    pushStarted(kind, merged, since, request) {
      mark(1, merged);
      const round = rounds.began(clock.now, kind, merged, since, request);
      staleness.ended(request.changes, END.debounce, clock.now);
      staleness.ended(request.changes, END.context, clock.now);
      for (const change of request.changes) staleness.joined(change, merged, round.number);
      if (counts() && shortRounds.length < SHORT_ROUNDS_MAX) shortRounds.push({ at_s: clock.now / 1e9, merged, kind });
    },
    contextPublished(serviceCount, virtualServices) {
      // The first one is part of the start, and so of the row at 0.
      if (clock.now > 0) counts();
      services = serviceCount;
      metrics.set('services', services);
      metrics.set('virtualServices', virtualServices);
    },
    contextBuilt(took, request, cpu) {
      rounds.contextBuilt(request, took, services);
      staleness.extended(request.changes, END.context, clock.now - took, clock.now);
      if (!counts()) return;
      metrics.contextInit.add(took);
      attribution.work(request.changes, cpu);
    },
    pushFinished(kind, debounced) {
      rounds.finished(clock.now, kind, connections);
      if (counts() && debounced !== undefined) metrics.debounceTime.add(debounced);
    },
    enqueued(_ids, _connections, depth) {
      counts();
      occupancy.queued(depth);
    },
    dequeued(connection, request, waited, slotsInUse) {
      fingerprint.roll(clock.now | 0, connection.id);
      const counted = counts();
      occupancy.taken(1, slotsInUse);
      staleness.dequeued(connection, clock.now);
      if (!counted) return;
      metrics.queueTime.add(waited);
      triggers.count(request);
    },
    skippedMany(skippedPushes, _connections, request, slotsInUse) {
      const { since, count, ids, times } = skippedPushes;
      fingerprint.rollPairs(times, ids, count);
      // Before and after each row that is due meanwhile.
      for (let i = 0, to = 0; i < count; i = to) {
        if (times[i]! >= samples.next) sample(times[i]!);
        for (to = count; to > i + 1 && times[to - 1]! >= samples.next; ) to -= 1;
        occupancy.taken(to - i, slotsInUse);
        occupancy.released();
        if (!isCounting) continue;
        metrics.queueTime.addSince(since, times, i, to);
        triggers.count(request, to - i);
      }
    },
    taken() {},
    skipped(_connection, request, cpu) {
      occupancy.released();
      if (counts()) attribution.work(request.changes, cpu);
    },
    transmitted(arrives) {
      staleness.transmitted(arrives);
    },
    sent(connection, type, { took, generated, cpu, bytes, answer, planned }) {
      fingerprint.roll(clock.now | 0, ~connection.id);
      if (!answer) staleness.sent(connection, clock.now);
      if (!counts()) return;
      metrics.message(type, took, generated, bytes);
      attribution.message(planned, answer && type === 'eds' ? connection.awaiting : NOBODY, bytes, cpu);
    },
    converged(_connection, request, took, cpu) {
      occupancy.released();
      if (!counts()) return;
      metrics.convergence.add(took);
      attribution.work(request.changes, cpu);
    },
    expiredNonce(type) {
      if (counts()) metrics.expiredNonce.add(type);
    },
    rejected(connection, type) {
      mark(4, connection.id);
      const { name, shape } = connection.proxy;
      if (counts()) metrics.rejects.add(type);
      metrics.rejecting(type, `${name}.${shape.namespace}`);
    },
    nacked(change, connection) {
      staleness.nacked(change, connection, counts());
    },
    used(change, connection, at) {
      staleness.used(change, connection, at, counts());
    },
    completed(change) {
      staleness.completed(change, counts());
    },
    connected(_, admitted) {
      // What had been connected before is part of the row at 0.
      if (admitted) counts();
      connections += 1;
      metrics.set('connections', connections);
      metrics.set('envoyConnections', connections);
    },
    disconnected() {
      counts();
      connections -= 1;
      metrics.set('connections', connections);
      metrics.set('envoyConnections', connections);
    },
    ready() {
      readyProxies += 1;
    },
    result(facts) {
      flush();
      staleness.finish();
      return runResult(
        { metrics, staleness, attribution, peaks: occupancy.peaks, readyProxies, end: clock.now, facts },
        shortRounds,
        fingerprint,
      );
    },
    recording() {
      samples.finish(clock.now, occupancy.depth, occupancy.slots);
      return {
        version,
        families: metrics.registry.families,
        rows: samples.rows,
        rounds: rounds.kept,
        roundsCount: rounds.count,
        staleness: staleness.perProxy,
        convergence: metrics.convergence.fine,
        slowest: timelines.slowest,
        followed: timelines.followed,
        trace: undefined,
        end: clock.now,
      };
    },
  };
}

/** A run with more pushes than this is told by its numbers. */
const SHORT_ROUNDS_MAX = 100_000;
const NOBODY: readonly Delivery[] = [];
