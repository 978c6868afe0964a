import { describe, expect, test } from 'vitest';
import { FifoProcessor } from '../../../src/engine/cpu/fifo-processor.js';
import { FINISHED, Goroutine } from '../../../src/engine/cpu/processor.js';
import { type Distribution, sampler } from '../../../src/engine/random/distributions.js';
import { streams } from '../../../src/engine/random/streams.js';
import { Simulation } from '../../../src/engine/simulation.js';
import { MILLISECOND, type Nanos } from '../../../src/engine/time.js';
import { createPushQueue } from '../../../src/pipeline/4-push-queue/push-queue.js';
import { createThrottle } from '../../../src/pipeline/5-throttle/throttle.js';
import { SILENT } from '../../../src/pipeline/observer.js';
import { intervalOf20, waitOfMg1, waitOfMmc } from '../../support/queueing.js';
import { requestsOf } from '../../support/request.js';

const SERVICE = MILLISECOND;
const EXPONENTIAL: Distribution = { kind: 'exponential', mean: SERVICE };
const CONSTANT: Distribution = { kind: 'constant', value: SERVICE };
const ARRIVALS = 30_000;
/** The queue starts empty: the first ones wait less than in a queue that has always run. */
const WARM_UP = 2_000;

interface Pool {
  readonly slots: number;
  readonly load: number;
  readonly service: Distribution;
  /** Cores that the service needs; without, a push just takes its time. */
  readonly cores?: number;
}

interface Visit {
  readonly waited: Nanos;
  readonly inSystem: Nanos;
}

/** Pushes to connections that were never pushed before, at Poisson times, through the push queue and the throttle. */
function run({ slots, load, service, cores }: Pool, replication: number): readonly Visit[] {
  const simulation = new Simulation();
  const processor = new FifoProcessor(simulation, cores ?? Number.POSITIVE_INFINITY, {
    quantum: Number.MAX_SAFE_INTEGER,
  });
  const all = streams('throttle', replication);
  const draw = (distribution: Distribution, purpose: string): (() => Nanos) => {
    const [sample, stream] = [sampler(distribution), all.stream(purpose)];
    return () => Math.round(sample(stream));
  };
  const gap = draw({ kind: 'exponential', mean: SERVICE / (load * (cores ?? slots)) }, 'gaps');
  const hold = draw(service, 'service');
  const request = requestsOf('1.30').change('vs/cart');
  const visits: Visit[] = [];

  function send(arrived: Nanos, waited: Nanos, done: () => void): void {
    const finish = (): void => {
      visits.push({ waited, inSystem: simulation.now - arrived });
      done();
    };
    if (cores === undefined) {
      simulation.after(hold(), finish);
      return;
    }
    const steps = [hold()];
    const push = (): Nanos => {
      const step = steps.pop();
      if (step !== undefined) return step;
      finish();
      return FINISHED;
    };
    processor.wake(new Goroutine('push', push));
  }

  const throttle = createThrottle(
    simulation,
    processor,
    { pushThrottle: slots, queueOf: (wake) => createPushQueue(false, wake), dispatchCost: () => 0 },
    [],
    {
      push: (id, { start }, done) => send(start!, simulation.now - start!, () => done(id)),
      skippable: () => 0,
    },
    SILENT,
  );
  let arrivals = 0;
  const arrive = (): void => {
    throttle.enqueue(Int32Array.of(arrivals), { ...request, start: simulation.now });
    arrivals += 1;
    if (arrivals < ARRIVALS) simulation.after(gap(), arrive);
  };
  simulation.after(gap(), arrive);
  simulation.run();
  return visits;
}

function mean(pool: Pool, of: keyof Visit): { readonly mean: number; readonly halfWidth: number } {
  const means = Array.from({ length: 20 }, (_, replication) => {
    const visits = run(pool, replication).slice(WARM_UP);
    return visits.reduce((sum, visit) => sum + visit[of], 0) / visits.length / SERVICE;
  });
  return intervalOf20(means);
}

describe('pushes that arrive at random wait for a slot as long as theory says, in mean services', () => {
  test.each<[queue: string, pool: Pool, theory: number]>([
    ['M/M/1', { slots: 1, load: 0.7, service: EXPONENTIAL }, waitOfMmc(1, 0.7)],
    ['M/M/4', { slots: 4, load: 0.8, service: EXPONENTIAL }, waitOfMmc(4, 0.8)],
    ['M/D/1', { slots: 1, load: 0.7, service: CONSTANT }, waitOfMg1(0.7, 0)],
    // One slot and a core of its own: the slot is the server, the core never waits.
    ['M/M/1 on a core', { slots: 1, cores: 1, load: 0.7, service: EXPONENTIAL }, waitOfMmc(1, 0.7)],
  ])('%s: %j waits %f', (_, pool, theory) => {
    const wait = mean(pool, 'waited');
    expect(Math.abs(wait.mean - theory), `${wait.mean} +- ${wait.halfWidth}`).toBeLessThan(wait.halfWidth);
    // An interval that holds anything would prove nothing.
    expect(wait.halfWidth / theory).toBeLessThan(0.08);
  });

  test('four slots on one core are one server: slots only move the wait from the queue to the core', () => {
    const pool: Pool = { slots: 4, cores: 1, load: 0.7, service: EXPONENTIAL };
    const inSystem = mean(pool, 'inSystem');
    const theory = waitOfMmc(1, 0.7) + 1;
    expect(Math.abs(inSystem.mean - theory)).toBeLessThan(inSystem.halfWidth);
    // The dispatch loop needs the core, too, and waits for it like everybody.
    expect(mean(pool, 'waited').mean).toBeLessThan(waitOfMmc(1, 0.7));
  });

  test('as many slots as there are pushes at a time: nobody waits', () => {
    expect(mean({ slots: 100, load: 0.1, service: EXPONENTIAL }, 'waited').mean).toBe(0);
  });
});
