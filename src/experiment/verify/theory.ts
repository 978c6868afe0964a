/**
 * Checks that need no recording: queueing theory on the run queue, and the figures published for the tuning chapter's
 * experiment.
 */

import { GoProcessor } from '../../engine/cpu/go-processor.js';
import { Goroutine, PARKED } from '../../engine/cpu/processor.js';
import { quantileOf } from '../../engine/random/distributions.js';
import { type Stream, streams } from '../../engine/random/streams.js';
import { Simulation } from '../../engine/simulation.js';
import { MICROSECOND, type Nanos } from '../../engine/time.js';
import { relativeError, type VerifyRow } from './rows.js';

const CUSTOMERS = 200_000;
const SERVICE = 1_000 * MICROSECOND;
const LOAD = 0.6;
const BAR = 0.03;

/** Mean wait in a queue before `servers` servers, in services, against its closed form. */
export function theoryRows(): VerifyRow[] {
  const exponential = quantileOf({ kind: 'exponential', mean: SERVICE });
  const rows = [
    check(
      'M/M/1',
      waitOf(1, (stream) => exponential(stream.uniform())),
      LOAD / (1 - LOAD),
    ),
    check(
      'M/M/4',
      waitOf(4, (stream) => exponential(stream.uniform())),
      erlangC(4, 4 * LOAD) / (4 * (1 - LOAD)),
    ),
    check(
      'M/D/1',
      waitOf(1, () => SERVICE),
      LOAD / (2 * (1 - LOAD)),
    ),
  ];
  return rows;
}

function check(recording: string, predicted: number, closedForm: number): VerifyRow {
  const error = relativeError(predicted, closedForm);
  return {
    recording: `theory ${recording}`,
    metric: 'mean_wait_services',
    measured: closedForm,
    predicted,
    error,
    bar: BAR,
    ok: error <= BAR,
  };
}

function waitOf(servers: number, service: (stream: Stream) => number): number {
  const sim = new Simulation();
  const processor = new GoProcessor(sim, servers);
  const random = streams('theory', 0);
  const [arrivals, services] = [random.stream('arrivals'), random.stream('services')];
  const gap = quantileOf({ kind: 'exponential', mean: SERVICE / (LOAD * servers) });
  let waited = 0;
  let left = CUSTOMERS;

  function arrive(): void {
    const at = sim.now;
    let served = false;
    processor.wake(
      new Goroutine('customer', (): Nanos => {
        if (served) return PARKED;
        served = true;
        waited += sim.now - at;
        return Math.round(service(services));
      }),
    );
    left -= 1;
    if (left > 0) sim.after(Math.round(gap(arrivals.uniform())), arrive);
  }

  arrive();
  sim.run();
  return waited / CUSTOMERS / SERVICE;
}

/** Probability that a customer waits (Erlang's C formula) with `load` erlangs on `servers` servers. */
function erlangC(servers: number, load: number): number {
  let blocked = 1;
  for (let n = 1; n <= servers; n++) blocked = (load * blocked) / (n + load * blocked);
  return (servers * blocked) / (servers - load * (1 - blocked));
}
