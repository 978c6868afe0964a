import { describe, expect, test } from 'vitest';
import { FifoProcessor } from '../../../src/engine/cpu/fifo-processor.js';
import { FINISHED, Goroutine } from '../../../src/engine/cpu/processor.js';
import { type Stream, streams } from '../../../src/engine/random/streams.js';
import { Simulation } from '../../../src/engine/simulation.js';
import type { ServiceSpec } from '../../../src/mesh/spec.js';
import {
  debounceMax,
  driverHold,
  edsDebounce,
  type Recording,
  recordings,
  rowsOf,
} from '../../recordings/recording.js';
import { istiodBench } from '../../support/bench.js';
import { debounceBench, type Push } from '../../support/debounce.js';
import { meshOf, service, sidecar } from '../../support/mesh.js';
import { countBy } from '../../support/notes.js';
import { inMs, ms } from '../../support/time.js';

/** The debounce's timer goes off up to so much after its time, as timers of Go did on that machine. */
const LATEST_MS = 1.5;

/**
 * Changes came exactly two to a window, or so that the maximum fell on a timer: what is merged depends on whether a
 * timer or a change came first by some microseconds. The recorded outcome must be among those that late timers give.
 */
const NEAR_TIES = /every50|every90/;

/** A clock whose timers are late; only the debounce uses them, and only they have the last rank. */
class LateTimers extends Simulation {
  constructor(private readonly lateness: Stream) {
    super();
  }

  override after(...[delay, action, object, rank]: Parameters<Simulation['after']>): number {
    const late = rank === 'last' ? Math.floor(this.lateness.uniform() * ms(LATEST_MS)) : 0;
    return super.after(delay + late, action, object, rank);
  }
}

interface Round {
  readonly at: number;
  readonly merged: number;
}

interface Outcome {
  readonly rounds: readonly Round[];
  readonly bypasses: readonly number[];
}

function recorded(recording: Recording): Outcome {
  return {
    rounds: rowsOf(recording, 'push_start').map(({ at, n }) => ({ at, merged: n })),
    bypasses: rowsOf(recording, 'bypass').map(({ at }) => at),
  };
}

/** Feeds the loop what the recorded one received, when it received it; the core is taken when it was taken. */
function replay(recording: Recording, simulation: Simulation): Outcome {
  const processor = new FifoProcessor(simulation, 1, { quantum: ms(1_000) });
  const bench = debounceBench({
    version: recording.version,
    max: debounceMax(recording),
    edsDebounce: edsDebounce(recording),
    push: 0.5,
    simulation,
    processor,
  });
  for (const row of rowsOf(recording, 'inbound', 'bypass')) {
    if (row.event === 'inbound') bench.at(row.at).change('vs/any');
    else bench.at(row.at).endpoints('any');
  }
  const hold = driverHold(recording);
  const steps = [ms(hold.to) - ms(hold.from), FINISHED];
  simulation.at(ms(hold.from), () => processor.wake(new Goroutine('driver', () => steps.shift() ?? FINISHED)));
  return outcomeOf(bench.run());
}

function outcomeOf(pushes: readonly Push[]): Outcome {
  return {
    rounds: pushes.filter(({ bypass }) => !bypass).map(({ from, merged }) => ({ at: inMs(from), merged })),
    bypasses: pushes.filter(({ bypass }) => bypass).map(({ from }) => inMs(from)),
  };
}

/** The same rounds with the same merged counts, none more than 5 ms off, and the same bypasses. */
function agrees(outcome: Outcome, truth: Outcome): boolean {
  const near = (time: number, other: number | undefined): boolean => Math.abs(time - (other ?? Infinity)) < 5;
  return (
    outcome.rounds.length === truth.rounds.length &&
    outcome.rounds.every(({ at, merged }, i) => merged === truth.rounds[i]?.merged && near(at, truth.rounds[i].at)) &&
    outcome.bypasses.length === truth.bypasses.length &&
    outcome.bypasses.every((at, i) => near(at, truth.bypasses[i]))
  );
}

const all = recordings();
const clear = all.filter(({ name }) => !NEAR_TIES.test(name));
const tied = all.filter(({ name }) => NEAR_TIES.test(name));

describe('the debounce loop, fed with what the loop of a real istiod received', () => {
  test.each(clear)('makes the recorded rounds of $name, however late the timers', (recording) => {
    const truth = recorded(recording);
    const onTime = replay(recording, new Simulation());
    expect(onTime.rounds.map(({ merged }) => merged)).toEqual(truth.rounds.map(({ merged }) => merged));
    expect(agrees(onTime, truth)).toBe(true);
    for (let draw = 0; draw < 20; draw++) {
      expect(agrees(replay(recording, new LateTimers(streams('late', draw).stream('timer'))), truth)).toBe(true);
    }
  });

  test.each(tied)('can make the recorded rounds of $name, and merges every update whatever the ties', (recording) => {
    const truth = recorded(recording);
    const updates = rowsOf(recording, 'inbound').length;
    let found = false;
    for (let draw = 0; draw < 2_000 && !found; draw++) {
      const outcome = replay(recording, new LateTimers(streams('late', draw).stream('timer')));
      expect(outcome.rounds.reduce((sum, { merged }) => sum + merged, 0)).toBe(updates);
      found = agrees(outcome, truth);
    }
    expect(found).toBe(true);
  });
});

describe('the whole istiod on one core, with the mesh of the recording', () => {
  test.each(clear)('makes the recorded rounds of $name and sends the recorded messages', (recording) => {
    const truth = recorded(recording);
    const { notes } = runIstiod(recording);
    const outcome = {
      rounds: notes.rounds.filter(({ kind }) => kind !== 'bypass'),
      bypasses: notes.rounds.filter(({ kind }) => kind === 'bypass').map(({ at }) => at),
    };
    expect(outcome.rounds.map(({ merged }) => merged)).toEqual(truth.rounds.map(({ merged }) => merged));
    expect(agrees(outcome, truth)).toBe(true);
    expect(countBy(notes.messages, ({ type }) => type)).toEqual(
      countBy(rowsOf(recording, 'message'), ({ type }) => type.toLowerCase()),
    );
    expect(notes.dequeued.length).toBe(rowsOf(recording, 'dequeue').length);
    expect(notes.converged.length).toBe(rowsOf(recording, 'converged').length);
  });
});

function runIstiod(recording: Recording): ReturnType<typeof istiodBench> {
  const { setUp, version } = recording;
  const { proxies, mesh } = setUp;
  const services = Array.from({ length: mesh.services }, (_, i) => serviceAt(i, mesh.namespaces, mesh.endpoints));
  const bench = istiodBench({
    version,
    mesh: meshOf({
      services,
      proxies: Array.from({ length: proxies.sidecars }, (_, i) => sidecar(`ns-${i % proxies.namespaces}/proxy-${i}`)),
    }),
    options: { xds: setUp.xds, debounceMax: ms(debounceMax(recording)), enableEdsDebounce: edsDebounce(recording) },
    cores: 1,
    contextInit: 0.3,
    generate: 0.2,
    network: 0.1,
    envoyApply: 0.2,
  });
  const arrivals = rowsOf(recording, 'inbound', 'bypass').map(({ at }) => at);
  for (const { op, svc, n } of setUp.ops) {
    const { namespace, name } = serviceAt(svc, mesh.namespaces, mesh.endpoints);
    for (let copy = 0; copy < (setUp.inboundPerOp[op] ?? 1); copy++) {
      const at = bench.at(arrivals.shift()!);
      if (op === 'vs') at.change(`vs/${namespace}/${name}`);
      else at.endpoints(`${namespace}/${name}`, n);
    }
  }
  expect(arrivals).toEqual([]);
  bench.run();
  return bench;
}

function serviceAt(index: number, namespaces: number, endpoints: number): ServiceSpec {
  return service(`ns-${index % namespaces}/svc-${String(index).padStart(4, '0')}`, { endpoints });
}
