import { describe, expect, test } from 'vitest';
import { FifoProcessor } from '../../../src/engine/cpu/fifo-processor.js';
import { FINISHED, Goroutine } from '../../../src/engine/cpu/processor.js';
import { type Distribution, sampler } from '../../../src/engine/random/distributions.js';
import { streams } from '../../../src/engine/random/streams.js';
import { Simulation } from '../../../src/engine/simulation.js';
import { MILLISECOND, type Nanos } from '../../../src/engine/time.js';

const SERVICE = MILLISECOND;

interface Visit {
  readonly arrived: Nanos;
  readonly started: Nanos;
  readonly left: Nanos;
}

/** Poisson arrivals at a processor that serves one customer at a time on each core. */
function queue(servers: number, load: number, service: Distribution, count: number, replication: number): Visit[] {
  const simulation = new Simulation();
  const processor = new FifoProcessor(simulation, servers, { quantum: Number.MAX_SAFE_INTEGER });
  const all = streams('theory', replication);
  const draw = (distribution: Distribution, purpose: string): (() => Nanos) => {
    const stream = all.stream(purpose);
    const sample = sampler(distribution);
    return () => Math.round(sample(stream));
  };
  const gap = draw({ kind: 'exponential', mean: SERVICE / (load * servers) }, 'gaps');
  const work = draw(service, 'work');
  const visits: Visit[] = [];
  let arrivals = 0;
  const arrive = (): void => {
    const arrived = simulation.now;
    let started: Nanos | undefined;
    const customer = new Goroutine('customer', () => {
      if (started === undefined) {
        started = simulation.now;
        return work();
      }
      visits.push({ arrived, started, left: simulation.now });
      return FINISHED;
    });
    processor.wake(customer);
    if (++arrivals < count) simulation.after(gap(), arrive);
  };
  simulation.after(gap(), arrive);
  simulation.run();
  return visits;
}

/** Mean and 99 % half-width over 20 replications, in mean services. */
function meanWait(servers: number, load: number, service: Distribution): { mean: number; halfWidth: number } {
  const means = Array.from({ length: 20 }, (_, replication) => {
    // The queue starts empty: the first customers wait less than those of a queue that has always run.
    const visits = queue(servers, load, service, 50_000, replication).slice(2_000);
    return visits.reduce((sum, visit) => sum + visit.started - visit.arrived, 0) / visits.length / SERVICE;
  });
  const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
  const variance = means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (means.length - 1);
  const studentT = 2.861; // 99.5 % quantile, 19 degrees of freedom
  return { mean, halfWidth: studentT * Math.sqrt(variance / means.length) };
}

/** Probability that all servers are busy in M/M/c (Erlang's second formula). */
function erlangC(servers: number, load: number): number {
  let term = 1;
  let sum = 0;
  for (let busy = 0; busy < servers; busy++) {
    sum += term;
    term *= (servers * load) / (busy + 1);
  }
  return term / (1 - load) / (sum + term / (1 - load));
}

const EXPONENTIAL: Distribution = { kind: 'exponential', mean: SERVICE };
const CONSTANT: Distribution = { kind: 'constant', value: SERVICE };

describe('the mean wait in the queue', () => {
  test.each([
    ['M/M/1', 1, 0.7, EXPONENTIAL, 0.7 / 0.3],
    ['M/M/4', 4, 0.8, EXPONENTIAL, erlangC(4, 0.8) / (4 * 0.2)],
    ['M/D/1', 1, 0.7, CONSTANT, 0.7 / (2 * 0.3)],
  ] as const)(
    'of %s with %i servers and a load of %f is in the 99 %% interval',
    (_, servers, load, service, theory) => {
      const { mean, halfWidth } = meanWait(servers, load, service);
      expect(Math.abs(mean - theory), `${mean} +- ${halfWidth}, theory ${theory}`).toBeLessThan(halfWidth);
      // An interval that holds anything would prove nothing.
      expect(halfWidth / theory).toBeLessThan(0.06);
    },
  );
});

test("Little's law holds exactly: the integral of the number present is the sum of the sojourns", () => {
  const visits = queue(4, 0.9, EXPONENTIAL, 10_000, 0);
  const changes = visits
    .flatMap((visit) => [
      { at: visit.arrived, by: 1 },
      { at: visit.left, by: -1 },
    ])
    .sort((a, b) => a.at - b.at);
  let [area, present, since] = [0, 0, 0];
  for (const change of changes) {
    area += present * (change.at - since);
    present += change.by;
    since = change.at;
  }
  expect(present).toBe(0);
  expect(area).toBe(visits.reduce((sum, visit) => sum + visit.left - visit.arrived, 0));
  expect(area).toBeGreaterThan(0);
});
