/**
 * The probe that turns moments into istiod's metrics and into what they hide. Memory follows the number of changes in
 * flight and of debounce rounds, not the length of the run.
 */
import { Fingerprint } from '../engine/fingerprint.js';
import { type Nanos, SECOND } from '../engine/time.js';
import type { Change } from '../pipeline/change.js';
import type { Probe, RoundKind } from '../pipeline/probe.js';
import { Histogram } from '../stats/histogram.js';
import type { Distribution, Round, RunResult } from './result.js';
import { Tally } from './tally.js';

export interface Clock {
  readonly now: Nanos;
}

export interface RunFacts {
  readonly cores: number;
  readonly busyNanos: Nanos;
  readonly proxies: number;
}

export interface Recorder extends Probe {
  result(facts: RunFacts): RunResult;
}

/** Samples before `from` are dropped (warm-up). */
export function createRecorder(clock: Clock, countedOnce: ReadonlySet<string>, from: Nanos): Recorder {
  const inbound = new Tally();
  const triggers = new Tally();
  const pushes = new Tally();
  const expired = new Tally();
  const debounceTime = new Histogram();
  const contextInit = new Histogram();
  const queueTime = new Histogram();
  const convergence = new Histogram();
  const pushTime = new Histogram();
  const configSize = new Histogram();
  const perProxy = new Histogram();
  const toLast = new Histogram();
  const lastUse = new Map<Change, Nanos>();
  const rounds: Round[] = [];
  const fingerprint = new Fingerprint();
  let unseen = 0;
  let bytesSent = 0;
  let depthMax = 0;
  let slotsMax = 0;
  let readyProxies = 0;

  function counts(): boolean {
    return clock.now >= from;
  }

  function mark(what: number, who: number): void {
    fingerprint.number(clock.now);
    fingerprint.number(what * 1e9 + who);
  }

  return {
    inbound(type) {
      if (counts()) inbound.add(type);
    },
    received() {},
    pushStarted(kind: RoundKind, merged) {
      mark(1, merged);
      if (counts()) rounds.push({ at_s: clock.now / SECOND, merged, kind });
    },
    contextBuilt(took) {
      if (counts()) contextInit.add(took);
    },
    pushFinished(_, debounced) {
      if (counts() && debounced !== undefined) debounceTime.add(debounced);
    },
    enqueued(_, depth) {
      if (depth > depthMax) depthMax = depth;
    },
    dequeued(connection, request, waited, slotsInUse) {
      mark(2, connection.id);
      if (slotsInUse > slotsMax) slotsMax = slotsInUse;
      if (!counts()) return;
      queueTime.add(waited);
      for (const [reason, count] of request.reasons) triggers.add(reason, countedOnce.has(reason) ? 1 : count);
    },
    skipped() {},
    sent(connection, type, { took, bytes }) {
      mark(3, connection.id);
      if (!counts()) return;
      pushes.add(type);
      pushTime.add(took);
      configSize.add(bytes);
      bytesSent += bytes;
    },
    converged(connection, _, took) {
      mark(4, connection.id);
      if (counts()) convergence.add(took);
    },
    expiredNonce(type) {
      if (counts()) expired.add(type);
    },
    used(change, _, at) {
      if (counts()) perProxy.add(at - change.at);
      lastUse.set(change, Math.max(at, lastUse.get(change) ?? at));
    },
    settled(change) {
      const last = lastUse.get(change);
      lastUse.delete(change);
      if (!counts()) return;
      if (last === undefined) unseen += 1;
      else toLast.add(last - change.at);
    },
    connected() {},
    ready() {
      readyProxies += 1;
    },
    result({ cores, busyNanos, proxies }) {
      return {
        metrics: {
          pilot_inbound_updates: inbound.counter(),
          pilot_push_triggers: triggers.counter(),
          pilot_xds_pushes: pushes.counter(),
          pilot_xds_expired_nonce: expired.counter(),
          pilot_debounce_time: seconds(debounceTime),
          pilot_pushcontext_init_seconds: seconds(contextInit),
          pilot_proxy_queue_time: seconds(queueTime),
          pilot_proxy_convergence_time: seconds(convergence),
          pilot_xds_push_time: seconds(pushTime),
          pilot_xds_config_size_bytes: summary(configSize, 1),
        },
        staleness: { per_proxy: seconds(perProxy), to_last_proxy: seconds(toLast), unseen },
        rounds,
        resources: {
          cpu_seconds: busyNanos / SECOND,
          cores,
          utilisation: clock.now === 0 ? 0 : busyNanos / (clock.now * cores),
          bytes_sent: bytesSent,
          proxies,
          proxies_made_ready: readyProxies,
          queue_depth_max: depthMax,
          slots_max: slotsMax,
          simulated_s: clock.now / SECOND,
        },
        fingerprint: fingerprint.hex(),
      };
    },
  };
}

function seconds(histogram: Histogram): Distribution {
  return summary(histogram, SECOND);
}

function summary(histogram: Histogram, unit: number): Distribution {
  return {
    count: histogram.count,
    mean: histogram.mean / unit,
    p50: histogram.quantile(0.5) / unit,
    p90: histogram.quantile(0.9) / unit,
    p99: histogram.quantile(0.99) / unit,
    max: histogram.max / unit,
  };
}
