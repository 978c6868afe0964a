/**
 * Costs of an istiod from what it tells of itself: means by type from its metrics, sizes from its log too. With the
 * scenario of the same time the one number is fitted that these can tell, how fast its cores are; how a cost grows with
 * services or endpoints, one mesh cannot tell, and that is refused.
 */
import { SECOND } from '../../engine/time.js';
import { assembleWith, simulate } from '../../fleet/run.js';
import type { SimulationSpec } from '../../fleet/spec.js';
import type { Gathered } from '../../import/gathered.js';
import { SILENT } from '../../pipeline/observer.js';
import { increases } from '../verify/against-metrics.js';

export interface ObservedCost {
  /** `cds generate`, `cds bytes`, `context`. */
  readonly what: string;
  /** Seconds, or bytes. */
  readonly mean: number;
  readonly count: number;
  /** The model's, at the fitted speed where it is a time; undefined without a scenario. */
  readonly predicted: number | undefined;
}

export interface ObservedCosts {
  readonly costs: readonly ObservedCost[];
  /** Of one core, relative to the measured one. */
  readonly speed: number | undefined;
  /** Push rounds: unequal ones are of another time. Undefined where the metrics do not count them. */
  readonly rounds: { readonly predicted: number; readonly observed: number } | undefined;
  /** What cannot be identified, and why. */
  readonly refused: readonly string[];
}

const TYPES = ['cds', 'eds', 'lds', 'rds', 'nds', 'sds', 'ecds'] as const;
/** Fewer observations than these say nothing about a mean. */
const FEWEST = 30;

export function costsFrom(observed: Gathered, spec: SimulationSpec | undefined): ObservedCosts {
  const refused: string[] = [];
  const predicted = spec && predictedMeans(spec);
  const means = [...generationMeans(observed, refused), ...sizeMeans(observed, refused)];
  const times = means.filter(({ what }) => what.endsWith('generate'));
  const cpu = cpuSeconds(observed);
  const run = spec === undefined || cpu === undefined ? undefined : simulate(atSpeedOne(spec));
  const counted = increases(observed.samples).deltas.get('pilot_debounce_time_count')?.get('');
  const rounds = run && counted !== undefined ? { predicted: run.rounds.length, observed: counted } : undefined;
  const speed =
    predicted === undefined
      ? undefined
      : run === undefined || cpu === undefined
        ? speedOf(times, predicted)
        : run.resources.cpu_seconds / cpu;
  if (speed !== undefined)
    refused.push(
      cpu === undefined
        ? 'a core apart from its load: pilot_xds_push_time is time on the clock, waits for a core and the network are in it'
        : 'generation by type: pilot_xds_push_time is time on the clock, waits for a core and the network are in it; the speed is that of process_cpu_seconds_total',
    );
  refused.push(
    'how generation grows with services, endpoints and routes: one mesh shows one point of each line; it takes recordings of several',
    'the CPU of preparing a push, of connections and of garbage collection: no metric of istiod separates them',
  );
  if (speed === undefined && spec !== undefined)
    refused.push(
      'the speed of a core: neither process_cpu_seconds_total of two scrapes nor pilot_xds_push_time among the inputs',
    );
  const costs = means.map((one) => {
    const model = predicted?.get(one.what);
    const isTime = !one.what.endsWith('bytes');
    return { ...one, predicted: model === undefined ? undefined : isTime ? model / (speed ?? 1) : model };
  });
  return { costs, speed, rounds, refused };
}

type Mean = Omit<ObservedCost, 'predicted'>;

function generationMeans({ samples }: Gathered, refused: string[]): Mean[] {
  const { deltas, scrapes } = increases(samples);
  if (samples.length > 0 && scrapes < 2)
    refused.push(
      'costs of the time under load alone: one scrape counts start-up as well; give one before and one after',
    );
  const sums = deltas.get('pilot_xds_push_time_sum');
  const counts = deltas.get('pilot_xds_push_time_count');
  const found: Mean[] = [];
  for (const type of TYPES) {
    const count = counts?.get(type) ?? 0;
    if (count >= FEWEST) found.push({ what: `${type} generate`, mean: (sums?.get(type) ?? 0) / count, count });
    else if (count > 0) refused.push(`${type} generate: ${count} messages are too few`);
  }
  const contexts = deltas.get('pilot_pushcontext_init_seconds_count')?.get('') ?? 0;
  if (contexts > 0)
    found.push({
      what: 'context',
      mean: (deltas.get('pilot_pushcontext_init_seconds_sum')?.get('') ?? 0) / contexts,
      count: contexts,
    });
  return found;
}

/** Of the metrics; of the log, where they do not tell, which has those of full pushes alone. */
function sizeMeans({ samples, logs }: Gathered, refused: string[]): Mean[] {
  const { deltas } = increases(samples);
  const sums = deltas.get('pilot_xds_config_size_bytes_sum');
  const counts = deltas.get('pilot_xds_config_size_bytes_count');
  const found: Mean[] = [];
  let fromLog = false;
  for (const type of TYPES) {
    const count = counts?.get(type) ?? 0;
    if (count > 0) {
      found.push({ what: `${type} bytes`, mean: (sums?.get(type) ?? 0) / count, count });
      continue;
    }
    const upper = type.toUpperCase();
    const logged = logs.reduce((sum, log) => sum + (log.counts.messages.get(upper) ?? 0), 0);
    const bytes = logs.reduce((sum, log) => sum + (log.counts.bytes.get(upper) ?? 0), 0);
    if (logged < FEWEST) continue;
    fromLog = true;
    found.push({ what: `${type} bytes`, mean: bytes / logged, count: logged });
  }
  if (fromLog) refused.push('sizes of messages of incremental pushes: the log at its default level has none');
  if (logs.length > 0 && samples.length === 0)
    refused.push('CPU of generation: a log has the moments of messages, not what each took; give metrics');
  return found;
}

/** One number for all types, so that the types that matter most weigh most. */
function speedOf(times: readonly Mean[], predicted: ReadonlyMap<string, number>): number | undefined {
  let model = 0;
  let seen = 0;
  for (const { what, mean, count } of times) {
    const one = predicted.get(what);
    if (one === undefined) continue;
    model += one * count;
    seen += mean * count;
  }
  return seen > 0 && model > 0 ? model / seen : undefined;
}

/** Between the first scrape and the last. */
function cpuSeconds({ samples }: Gathered): number | undefined {
  const { deltas, scrapes } = increases(samples);
  const seconds = deltas.get('process_cpu_seconds_total')?.get('') ?? 0;
  return scrapes > 1 && seconds > 0 ? seconds : undefined;
}

function atSpeedOne(spec: SimulationSpec): SimulationSpec {
  return { ...spec, costs: { ...spec.costs, speed: 1 } };
}

/** At speed 1. */
function predictedMeans(spec: SimulationSpec): ReadonlyMap<string, number> {
  const totals = new Map<string, { sum: number; count: number }>();
  const add = (what: string, value: number): void => {
    const total = totals.get(what) ?? { sum: 0, count: 0 };
    total.sum += value;
    total.count += 1;
    totals.set(what, total);
  };
  const { sim } = assembleWith(atSpeedOne(spec), {
    replication: 0,
    trace: undefined,
    observerOf: () => ({
      ...SILENT,
      contextBuilt: (took) => add('context', took / SECOND),
      sent: (_, type, { generated, bytes }) => {
        add(`${type} generate`, generated / SECOND);
        add(`${type} bytes`, bytes);
      },
    }),
  });
  sim.run(spec.run.duration);
  return new Map([...totals].map(([what, { sum, count }]) => [what, sum / count]));
}
