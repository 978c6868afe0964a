/** What a recorder keeps, when it counts, and what comes of it in the end. */

import { Fingerprint } from '../../engine/fingerprint.js';
import type { Nanos } from '../../engine/time.js';
import type { IstioVersion } from '../../istio/profile.js';
import { DEFAULT_VERSION } from '../../istio/releases.js';
import type { Sink } from '../../stats/batch.js';
import { SampleBuffer } from '../../stats/sample-buffer.js';
import { AttributionBook } from '../attribution/attribution.js';
import { IstiodMetrics, POD } from '../metrics/istiod-metrics.js';
import { TriggerCounts } from '../metrics/trigger-counts.js';
import { ProxyGroups } from '../staleness/proxy-groups.js';
import { Staleness } from '../staleness/staleness.js';
import { ChangeTimelines } from '../timeline/change-timelines.js';
import { Rounds } from '../timeline/rounds.js';
import type { Distributions } from './distributions.js';
import { Occupancy } from './occupancy.js';
import { ReadyTimes } from './readiness.js';
import type { Clock, MeasureOptions } from './recorder-options.js';
import type { Recording } from './recording.js';
import type { Round, RunResult } from './result.js';
import { Samples } from './samples.js';
import { type RunFacts, runResult } from './summary.js';
import { Traffic } from './traffic.js';

export abstract class RecorderState {
  protected readonly version: IstioVersion;
  protected readonly sampleBuffer = new SampleBuffer();
  protected readonly metrics: IstiodMetrics;
  protected readonly timelines: ChangeTimelines;
  protected readonly staleness: Staleness;
  protected readonly attribution: AttributionBook;
  protected readonly rounds = new Rounds();
  protected readonly shortRounds: Round[] = [];
  protected readonly fingerprint = new Fingerprint();
  protected readonly samples: Samples;
  protected readonly triggers: TriggerCounts;
  protected readonly occupancy: Occupancy;
  /** The warm-up is over. Only what is added up depends on it: gauges tell how things are, whenever they became so. */
  protected isCounting = false;
  protected connections = 0;
  protected services = 0;
  protected readonly groups = new ProxyGroups();
  protected readonly traffic = new Traffic(this.sampleBuffer, this.groups);
  protected readonly readyTimes = new ReadyTimes();
  /** Proxies that had their configuration before the start. */
  protected readyBefore = 0;

  constructor(
    protected readonly clock: Clock,
    countedOnce: ReadonlySet<string>,
    from: Nanos,
    protected readonly options: MeasureOptions,
  ) {
    this.version = options.version ?? DEFAULT_VERSION;
    /** The bins of the row that is being filled. */
    const ofRow = (bins: (row: Samples) => Sink): Sink => ({ addAll: (batch) => bins(this.samples).addAll(batch) });
    this.metrics = new IstiodMetrics(this.version, this.sampleBuffer, [ofRow((row) => row.convergence)]);
    if (options.cores !== undefined) this.metrics.set('procs', options.cores, POD);
    this.timelines = new ChangeTimelines(options.follows);
    this.staleness = new Staleness(
      (change, changeTrace) => this.timelines.completed(change, changeTrace),
      this.sampleBuffer,
      this.groups,
      [ofRow((row) => row.staleness)],
    );
    this.attribution = new AttributionBook((change) => this.staleness.reasonOf(change));
    this.samples = new Samples(this.metrics.registry, (at) => this.refresh(at), from, options);
    this.triggers = new TriggerCounts(this.metrics, countedOnce);
    this.occupancy = new Occupancy(this.samples);
  }

  result(facts: RunFacts): RunResult {
    this.flush();
    const { metrics, staleness, attribution } = this;
    staleness.finish();
    return runResult(
      {
        metrics,
        staleness,
        attribution,
        peaks: this.occupancy.peaks,
        merged: this.occupancy.merged,
        traffic: this.traffic,
        readiness: this.readyTimes.result(facts.proxies - this.readyBefore),
        end: this.clock.now,
        facts,
      },
      this.shortRounds,
      this.fingerprint,
    );
  }

  distributions(): Distributions {
    this.flush();
    const { metrics, staleness } = this;
    return {
      pilot_debounce_time: metrics.debounceTime.fine,
      pilot_pushcontext_init_seconds: metrics.contextInit.fine,
      pilot_proxy_queue_time: metrics.queueTime.fine,
      pilot_proxy_convergence_time: metrics.convergence.fine,
      pilot_xds_push_time: metrics.pushTime,
      pilot_xds_send_time: metrics.sendTime.fine,
      pilot_xds_config_size_bytes: metrics.configSize,
      per_proxy: staleness.perProxy,
      to_half: staleness.toHalf,
      to_99_percent: staleness.to99,
      to_last_proxy: staleness.toLast,
      phases: staleness.phases.histograms,
      dead: staleness.deadEndpoints,
      byLabel: staleness.byLabel,
    };
  }

  recording(): Recording {
    this.samples.finish(this.clock.now, this.occupancy.depth, this.occupancy.slots);
    return {
      version: this.version,
      families: this.metrics.registry.families,
      rows: this.samples.rows,
      rounds: this.rounds.kept,
      roundsCount: this.rounds.count,
      staleness: this.staleness.perProxy,
      convergence: this.metrics.convergence.fine,
      slowest: this.timelines.slowest,
      followed: this.timelines.followed,
      trace: undefined,
      end: this.clock.now,
    };
  }

  /** Before anything is looked at: what was noted is added up. */
  private flush(): void {
    this.sampleBuffer.flush();
    this.triggers.flush();
  }

  private refresh(at: Nanos): void {
    this.flush();
    this.metrics.set('uptime', Math.max(0, at - (this.options.startedAt ?? 0)) / 1e9);
    const busy = this.options.busyNanos?.() ?? 0;
    this.metrics.set('cpu', busy);
    if (this.options.heapBytes !== undefined) this.metrics.heapInUse(this.options.heapBytes());
    this.metrics.set('containerCpu', busy);
  }

  /** Whether the moment counts; before that, takes the samples that were due. */
  protected counts(): boolean {
    if (this.clock.now >= this.samples.next) this.sample(this.clock.now);
    return this.isCounting;
  }

  protected sample(now: Nanos): void {
    this.samples.catchUp(now, this.occupancy.depth, this.occupancy.slots);
    this.isCounting = true;
  }

  /** A moment that is an item of the fingerprint, which nearly all moments of a run are not. */
  protected mark(what: number, who: number): void {
    // In one number: 32 bits of the time, 3 of the moment, 18 of the connection.
    this.fingerprint.number((this.clock.now | 0) * 0x200000 + what * 0x40000 + (who & 0x3ffff));
  }
}
