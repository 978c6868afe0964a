/** istiod's own metrics, recorded where istiod records them. */
import type { Nanos } from '../../engine/time.js';
import type { ConfigKind } from '../../istio/kinds.js';
import { type Families, familiesOf, TYPE_URLS } from '../../istio/metric-families.js';
import type { IstioVersion } from '../../istio/profile.js';
import { releaseOf } from '../../istio/releases.js';
import { placeOf, XDS_TYPES, type XdsType } from '../../istio/xds-types.js';
import type { WatchEvent } from '../../pipeline/model/watch-event.js';
import type { Sink } from '../../stats/batch.js';
import { Histogram } from '../../stats/histogram.js';
import { NEXT, type SampleBatch, type SampleBuffer } from '../../stats/sample-buffer.js';
import { HistogramSeries, LabelledCounter, Registry } from './registry.js';

/** What a scrape of istiod adds to all that it reads there: who it was. */
export const POD = { app: 'istiod', pod: 'istiod-0' };

/** Samples kept exactly where every message is one. */
const FEW = 4096;

/** Of the types that have one. */
const REJECT_GAUGES: Partial<Record<XdsType, keyof Families>> = {
  cds: 'rejectedCds',
  eds: 'rejectedEds',
  lds: 'rejectedLds',
  rds: 'rejectedRds',
};

const BUILT_IN: ReadonlySet<ConfigKind> = new Set(['Secret', 'ConfigMap', 'Ingress']);

/** A histogram twice: with istiod's buckets for Prometheus, and fine ones for percentiles that mean something. */
class Timing {
  readonly fine = new Histogram();
  #sinks: readonly Sink[] | undefined;
  #batch: SampleBatch | undefined;

  constructor(
    private readonly registry: Registry,
    private readonly sampleBuffer: SampleBuffer,
    private readonly family: Families['debounceTime'],
    /** Also told. */
    private readonly others: readonly Sink[] = [],
  ) {}

  add(value: Nanos): void {
    const batch = this.#ownBatch();
    batch.values[batch.row()] = value;
  }

  /** What it was from an instant until each of those from one place of the list to before another. */
  addSince(start: Nanos, times: Float64Array, from: number, to: number): void {
    const batch = this.#ownBatch();
    const { values } = batch;
    for (let i = from; i < to; i++) values[batch.row()] = times[i]! - start;
  }

  /** Made for the first value: what never had one is not exposed. */
  get sinks(): readonly Sink[] {
    this.#sinks ??= [new HistogramSeries(this.registry, this.family), this.fine, ...this.others];
    return this.#sinks;
  }

  #ownBatch(): SampleBatch {
    this.#batch ??= this.sampleBuffer.batch(this.sinks);
    return this.#batch;
  }
}

export class IstiodMetrics {
  readonly registry = new Registry();
  readonly families: Families;
  readonly inbound: LabelledCounter;
  readonly triggers: LabelledCounter;
  readonly expiredNonce: LabelledCounter;
  readonly rejects: LabelledCounter;
  readonly #rejecting = new Set<string>();
  readonly debounceTime: Timing;
  readonly contextInit: Timing;
  readonly queueTime: Timing;
  readonly convergence: Timing;
  readonly pushTime = new Histogram(FEW);
  readonly sendTime: Timing;
  readonly configSize = new Histogram(FEW);
  /** By place of the type, a row for each message: time, size, time of sending. */
  readonly #messages: (SampleBatch | undefined)[] = XDS_TYPES.map(() => undefined);
  readonly #events = new Map<string, LabelledCounter>();
  readonly #gauges = new Map<Families[keyof Families], number>();

  /** `convergence` also goes to a chart. */
  constructor(
    version: IstioVersion,
    private readonly sampleBuffer: SampleBuffer,
    convergence: readonly Sink[] = [],
  ) {
    const { registry } = this;
    const families = familiesOf(version);
    this.families = families;
    this.inbound = new LabelledCounter(registry, families.inbound);
    this.triggers = new LabelledCounter(registry, families.triggers);
    this.expiredNonce = new LabelledCounter(registry, families.expiredNonce);
    this.rejects = new LabelledCounter(registry, families.rejects);
    this.debounceTime = new Timing(registry, sampleBuffer, families.debounceTime);
    this.contextInit = new Timing(registry, sampleBuffer, families.contextInit);
    this.queueTime = new Timing(registry, sampleBuffer, families.queueTime);
    this.convergence = new Timing(registry, sampleBuffer, families.convergence, convergence);
    this.sendTime = new Timing(registry, sampleBuffer, families.sendTime);
    const release = releaseOf(version).name;
    this.set('build', 1, { component: 'pilot', tag: release });
    this.set('info', 1, { version: release });
    this.set('connections', 0, { version: release, ...POD });
    this.set('envoyConnections', 0, { cluster_name: 'xds-grpc' });
    this.set('uptime', 0);
    this.set('cpu', 0, POD);
    this.set('containerCpu', 0, { container: 'discovery', pod: POD.pod });
  }

  message(type: XdsType, took: Nanos, generated: Nanos, bytes: number): void {
    const batch = this.#messages[placeOf(type)] ?? this.#pageOf(type);
    const { values } = batch;
    const row = batch.row();
    values[row] = took;
    values[row + NEXT] = bytes;
    values[row + 2 * NEXT] = took - generated;
  }

  #pageOf(type: XdsType): SampleBatch {
    const { registry, families } = this;
    const pushes = registry.place(families.pushes, { type });
    const count: Sink = {
      addAll: ({ length }) => {
        registry.values[pushes]! += length;
      },
    };
    const batch = this.sampleBuffer.batch(
      [count, new HistogramSeries(registry, families.pushTime, { type }), this.pushTime],
      [new HistogramSeries(registry, families.configSize, { type: TYPE_URLS[type] }), this.configSize],
      this.sendTime.sinks,
    );
    this.#messages[placeOf(type)] = batch;
    return batch;
  }

  /** Counted as informers see them, before anything is suppressed; Secrets and MeshConfig are in neither metric. */
  observed(event: WatchEvent, isNew: boolean): void {
    const write = isNew ? 'add' : 'update';
    switch (event.of) {
      case 'service':
        this.#event('regEvents', 'Services', event.action === 'delete' ? 'delete' : write);
        break;
      case 'endpoints':
        this.#event('regEvents', 'EndpointSlice', write);
        break;
      case 'pod':
        this.#event('regEvents', 'Pods', 'update');
        break;
      case 'config': {
        const kind = event.action === 'delete' ? event.kind : event.object.kind;
        // Both Gateways are called that; what is no custom resource has watchers of its own.
        const type = kind === 'KubernetesGateway' ? 'Gateway' : kind;
        if (!BUILT_IN.has(kind)) this.#event('cfgEvents', type, event.action === 'delete' ? 'delete' : write);
        break;
      }
      case 'mesh':
    }
  }

  /** The gauge of a type and proxy is set for good: it does not tell when the proxy has recovered. */
  rejecting(type: XdsType, node: string): void {
    const gauge = REJECT_GAUGES[type];
    if (gauge === undefined || this.#rejecting.has(`${type} ${node}`)) return;
    this.#rejecting.add(`${type} ${node}`);
    this.registry.values[this.registry.place(this.families[gauge], { node, err: 'Internal' })] = 1;
  }

  /** Go has two names for it. */
  heapInUse(bytes: number): void {
    this.set('heap', bytes, POD);
    this.set('alloc', bytes, POD);
  }

  set(gauge: keyof Families, value: number, labels = {}): void {
    const family = this.families[gauge];
    let slot = this.#gauges.get(family);
    if (slot === undefined) {
      slot = this.registry.place(family, labels);
      this.#gauges.set(family, slot);
    }
    this.registry.values[slot] = value;
  }

  #event(family: 'cfgEvents' | 'regEvents', type: string, event: string): void {
    const id = `${family} ${event}`;
    let counter = this.#events.get(id);
    if (counter === undefined) {
      counter = new LabelledCounter(this.registry, this.families[family], (value) => ({ type: value, event }));
      this.#events.set(id, counter);
    }
    counter.add(type);
  }
}
