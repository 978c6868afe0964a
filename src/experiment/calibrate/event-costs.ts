/**
 * What a watch event costs, from recordings in which nothing else happens: one proxy that sees no service, and thousands
 * of writes of one kind at one rate. CPU of the whole run, less contexts and idle time, is linear in the numbers of
 * events by kind, of events that found istiod asleep, and of addresses.
 *
 * Two rates of one kind tell the cost of waking up from that of the event, but not how long a sleep makes it full: that
 * is taken from the profile. How the work is divided between informer and handler comes from the profile as well.
 */
import type { Coefficients, HandlerCosts, HandlerKind, StepCosts } from '../../cost/coefficients.js';
import { markOf, type Recording, type SetUp } from '../../import/recording.js';
import { median } from '../../stats/median.js';
import { nonNegativeLeastSquares } from '../../stats/nnls.js';

const KINDS = ['ep', 'svcu', 'vs', 'dr'] as const;
const WAKE = 4;
const ADDRESS = 5;

export interface EventFit {
  /** Microseconds of one endpoint, Service, VirtualService and DestinationRule write, of a wake-up, and of an address. */
  readonly coefficients: readonly number[];
  readonly refused: readonly number[];
  readonly runs: number;
}

export function fitEvents(recordings: readonly Recording[], { wake, perAddress }: StepCosts): EventFit {
  const rows: number[][] = [];
  const values: number[] = [];
  for (const recording of recordings.filter(isEventsOnly)) {
    const { setUp, rows: events } = recording;
    const kind = setUp.ops[0]?.op;
    const [from, to] = [markOf(recording, 'go'), markOf(recording, 'end')];
    const seen = events.filter(({ event, at_us }) => event === 'informer' && at_us >= 0).map(({ at_us }) => at_us);
    if (kind === undefined || from === undefined || to === undefined || seen.length < 100) continue;
    const contexts = events.filter(({ event, at_us }) => event === 'context' && at_us >= 0);
    const spent = (to.cpu_s - from.cpu_s) * 1e6 - IDLE_PER_SECOND * (to.at / 1e9);
    const sleeps = seen.map((at, i) => at - (seen[i - 1] ?? 0));
    const asleep = sleeps.map((sleep) => sleep / (sleep + wake.half));
    const addresses = kind === 'ep' ? seen.length * setUp.mesh.endpoints : 0;
    const counts = KINDS.map((one) => (one === kind ? seen.length : 0));
    rows.push([...counts, asleep.reduce((sum, share) => sum + share, 0), addresses]);
    values.push(spent - contexts.reduce((sum, row) => sum + row.own_us, 0));
  }
  // Without one kind at two rates, and in slices of two sizes, the cost of waking up and of an address are taken as known.
  const known = [
    { column: WAKE, value: wake.most, told: differ(rows, WAKE, ADDRESS) },
    { column: ADDRESS, value: perAddress, told: differ(rows, ADDRESS, WAKE) },
  ].filter(({ told }) => !told);
  const left = values.map((value, i) => {
    return known.reduce((rest, { column, value: cost }) => rest - cost * (rows[i]?.[column] ?? 0), value);
  });
  const free = rows.map((row) => row.map((count, column) => (known.some((one) => one.column === column) ? 0 : count)));
  const weights = values.map((value) => 1 / (value * value));
  const { coefficients, unidentified } = nonNegativeLeastSquares(free, left, weights);
  return { coefficients, refused: unidentified, runs: rows.length };
}

/** Whether two runs of endpoint events differ in this count per event, but not in the other. */
function differ(rows: readonly (readonly number[])[], column: number, other: number): boolean {
  const ofEndpoints = rows.filter((row) => (row[0] ?? 0) > 0);
  const share = (row: readonly number[], one: number): number => (row[one] ?? 0) / (row[0] ?? 1);
  return ofEndpoints.some((a) =>
    ofEndpoints.some(
      (b) =>
        share(a, column) > 1.5 * share(b, column) &&
        share(a, other) < 1.5 * share(b, other) &&
        share(b, other) < 1.5 * share(a, other),
    ),
  );
}

/** One proxy that sees nothing, and operations of one kind. */
export function isEventsOnly({ setUp }: Recording): boolean {
  return isUnseen(setUp) && new Set(setUp.ops.map(({ op }) => op)).size === 1;
}

function isUnseen({ mesh, proxies }: SetUp): boolean {
  return (mesh.hiddenNamespace ?? 0) > 0 && proxies.sidecars + proxies.gateways === 1;
}

/** The steps with what the recordings say of events. */
export function eventSteps(steps: Coefficients['steps'], recordings: readonly Recording[]): Coefficients['steps'] {
  const { coefficients, refused, runs } = fitEvents(recordings, steps);
  if (runs < 3) return steps;
  const found = (position: number): number | undefined => {
    const value = coefficients[position];
    return value === undefined || refused.includes(position) ? undefined : value;
  };
  const split = (kind: HandlerKind, position: number): HandlerCosts => {
    const before = steps.handler[kind];
    const total = found(position);
    if (total === undefined) return before;
    const share = before.handle / (before.decode + before.handle);
    return { decode: round(total * (1 - share)), handle: round(total * share) };
  };
  const config = [found(2), found(3)].filter((one) => one !== undefined);
  const ofConfig = steps.handler.config;
  const share = ofConfig.handle / (ofConfig.decode + ofConfig.handle);
  const total = config.length === 0 ? ofConfig.decode + ofConfig.handle : median(config);
  return {
    ...steps,
    wake: { ...steps.wake, most: round(found(4) ?? steps.wake.most) },
    perAddress: round(found(5) ?? steps.perAddress),
    handler: {
      ...steps.handler,
      endpoints: split('endpoints', 0),
      service: split('service', 1),
      config: { decode: round(total * (1 - share)), handle: round(total * share) },
    },
  };
}

/** An idle istiod's CPU, microseconds a second: 4 ms in 10 s, both versions. */
const IDLE_PER_SECOND = 400;

function round(value: number): number {
  return Number(value.toPrecision(4));
}
