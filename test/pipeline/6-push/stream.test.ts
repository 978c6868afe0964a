import { describe, expect, test, vi } from 'vitest';
import { flatCostModel } from '../../../src/cost/flat.js';
import { FifoProcessor } from '../../../src/engine/cpu/fifo-processor.js';
import { streams } from '../../../src/engine/random/streams.js';
import { Simulation } from '../../../src/engine/simulation.js';
import type { IstioVersion } from '../../../src/istio/profile.js';
import type { XdsType } from '../../../src/istio/xds-types.js';
import { createXdsStream } from '../../../src/pipeline/6-push/xds-stream.js';
import { newChange, newDelivery } from '../../../src/pipeline/model/change.js';
import type { XdsRequest } from '../../../src/pipeline/model/connection.js';
import type { PushRequest } from '../../../src/pipeline/model/push-request.js';
import { constant, istiodBench, perType } from '../../support/bench.js';
import { plansOf } from '../../support/connections.js';
import { meshOf, service, sidecar } from '../../support/mesh.js';
import { takeNotes } from '../../support/notes.js';
import { inMs, ms } from '../../support/time.js';

const MESH = meshOf({ services: [service('cart')], proxies: [sidecar('client')] });

/**
 * One stream of one proxy, 1.30 and state-of-the-world unless said: every message takes `generate` ms. The log has a line per moment:
 * `12 cds`, `14 answer eds`, `20 done`.
 */
interface StreamSetup {
  readonly generate: number;
  readonly watching: boolean;
  readonly seed?: string;
  readonly version?: IstioVersion;
  readonly xds?: 'sotw' | 'delta';
  readonly cores?: number;
}

function streamBench(setup: StreamSetup) {
  const simulation = new Simulation();
  const processor = new FifoProcessor(simulation, setup.cores ?? Number.POSITIVE_INFINITY);
  const wake = vi.spyOn(processor, 'wake');
  const plans = plansOf(setup.version ?? '1.30', MESH);
  const connection = plans.connection('client');
  Object.assign(connection.watched, { sds: undefined, nds: false, ecds: false });
  if (!setup.watching) Object.assign(connection.watched, { cds: false, eds: undefined, lds: false, rds: undefined });
  const log: string[] = [];
  const note = (what: string): void => {
    log.push(`${inMs(simulation.now)} ${what}`);
  };
  const notes = takeNotes(simulation);
  const all = streams(setup.seed ?? 'stream', 0);
  const stream = createXdsStream(connection, {
    sim: simulation,
    processor,
    profile: plans.profile,
    xds: setup.xds ?? 'sotw',
    answersAddedOnly: true,
    planner: plans.planner,
    cost: flatCostModel(
      {
        contextInit: constant(0),
        proxyState: constant(0),
        generate: perType(constant(setup.generate)),
        bytes: perType(1),
      },
      all,
    ),
    choice: all.stream('choice'),
    ended: () => {},
    blockedUntil: () => undefined,
    sendTimeout: 0,
    timedOut: () => {},
    transmit: (_, type, __, answer) => {
      note(answer ? `answer ${type}` : type);
      return simulation.now;
    },
    observer: {
      ...notes.observer,
      converged(pushed, request, took, cpu) {
        note('converged');
        notes.observer.converged(pushed, request, took, cpu);
      },
    },
  });
  const forced: PushRequest = plans.requests.everything();
  return {
    simulation,
    connection,
    stream,
    log,
    notes,
    woken: () => wake.mock.calls.map(([goroutine]) => goroutine.name),
    push(at: number, request: PushRequest = forced): void {
      simulation.at(ms(at), () => stream.push({ ...request, start: simulation.now }, () => note('done')));
    },
    request(at: number, type: XdsType, request: Partial<XdsRequest> = {}): void {
      simulation.at(ms(at), () => stream.request({ type, nonce: 0, ...request }));
    },
    close(at: number): void {
      simulation.at(ms(at), () => stream.close());
    },
  };
}

describe('the stream of one proxy', () => {
  test('sends the types one after the other and gives the slot back after the last', () => {
    const bench = streamBench({ generate: 5, watching: true });
    bench.push(0);
    bench.simulation.run();
    expect(bench.log).toEqual(['5 cds', '10 eds', '15 lds', '20 rds', '20 converged', '20 done']);
  });

  test('holds the slot of a push while it answers a request', () => {
    const bench = streamBench({ generate: 5, watching: false });
    bench.request(0, 'cds');
    bench.push(2);
    bench.simulation.run();
    expect(bench.log).toEqual(['5 answer cds', '10 cds', '10 converged', '10 done']);
  });

  test('takes a push straight from its sender when it waits for one, and lets go of the sender when that had to wait', () => {
    const waiting = streamBench({ generate: 5, watching: true });
    waiting.push(0);
    waiting.simulation.run();
    expect(waiting.woken()).toEqual(['sender', 'stream']);

    const busy = streamBench({ generate: 5, watching: true });
    busy.request(0, 'cds');
    busy.push(2);
    busy.simulation.run();
    expect(busy.woken()).toEqual(['stream', 'sender', 'sender']);
  });

  test('takes nothing from a sender that has not had its turn', () => {
    const bench = streamBench({ generate: 5, watching: true, cores: 1 });
    bench.request(0, 'cds');
    bench.push(2);
    bench.simulation.run();
    // The one core is the stream's when the sender is started, and the sender's only once the stream waits.
    expect(bench.woken()).toEqual(['stream', 'sender', 'stream']);
    expect(bench.log.at(-1)).toBe('25 done');
  });

  test('holds the slot of a push until its proxy has said its first word', () => {
    const bench = streamBench({ generate: 5, watching: false });
    bench.push(0);
    bench.request(1_000, 'cds');
    bench.simulation.run();
    expect(bench.log).toEqual(['1005 answer cds', '1010 cds', '1010 converged', '1010 done']);
  });

  test('answers a request that came during a push right after it', () => {
    const bench = streamBench({ generate: 5, watching: true });
    bench.connection.watch({ rds: undefined });
    bench.push(0);
    bench.request(1, 'rds', { names: bench.connection.referencedRoutes() });
    bench.simulation.run();
    expect(bench.log).toEqual(['5 cds', '10 eds', '15 lds', '15 converged', '15 done', '20 answer rds']);
  });

  test('looks for a request first whenever it is done with something', () => {
    const bench = streamBench({ generate: 5, watching: false });
    bench.request(0, 'cds');
    bench.push(1);
    bench.request(2, 'eds', { names: bench.connection.referencedEndpoints() });
    bench.simulation.run();
    expect(bench.log.slice(0, 2)).toEqual(['5 answer cds', '10 answer eds']);
  });

  test('never starves a push: every second time a waiting push has even chances against the next request', () => {
    const answered = Array.from({ length: 400 }, (_, seed) => {
      const bench = streamBench({ generate: 1, watching: false, seed: String(seed) });
      for (const type of ['cds', 'lds', 'nds', 'ecds', 'sds'] as const) bench.request(0, type);
      bench.request(0, 'eds', { names: bench.connection.referencedEndpoints() });
      bench.request(0, 'rds', { names: bench.connection.referencedRoutes() });
      bench.push(0.5);
      bench.simulation.run();
      return bench.log.findIndex((line) => !line.includes('answer'));
    });
    // One by the first look, then the toss; each toss lost is that request and the next by the look after it.
    expect([...new Set(answered)].sort()).toEqual([1, 3, 5, 7]);
    const atOnce = answered.filter((count) => count === 1).length;
    expect(atOnce).toBeGreaterThan(160);
    expect(atOnce).toBeLessThan(240);
  });

  test('does one push at a time', () => {
    const bench = streamBench({ generate: 5, watching: true });
    bench.push(0);
    bench.push(1);
    expect(() => bench.simulation.run()).toThrow('one push at a time for one connection');
  });

  test('measures convergence from the start of the request, not from the hand-over', () => {
    const bench = streamBench({ generate: 5, watching: false });
    bench.request(0, 'cds');
    bench.push(2);
    bench.simulation.run();
    expect(bench.notes.converged.map(({ took }) => took)).toEqual([8]);
  });
});

describe('a proxy that asks for clusters while it watches endpoints already', () => {
  test.each([
    ['1.17', 'sotw', ['5 answer cds']],
    ['1.17', 'delta', ['5 answer cds']],
    ['1.30', 'sotw', ['5 answer cds']],
    ['1.30', 'delta', ['5 answer cds', '10 answer eds']],
    ['1.32-dev', 'delta', ['5 answer cds', '10 answer eds']],
  ] as const)('gets its endpoints along, too, under delta since 1.22 (%s, %s)', (version, xds, log) => {
    const bench = streamBench({ generate: 5, watching: true, version, xds });
    bench.connection.watch({ cds: false });
    bench.request(0, 'cds');
    bench.simulation.run();
    expect(bench.log).toEqual(log);
  });
});

describe('a closed stream', () => {
  test('gives back the slot of a push that was not handed over yet, at once, and nothing is observed', () => {
    const bench = streamBench({ generate: 50, watching: false });
    bench.request(0, 'cds');
    bench.push(2);
    bench.close(7);
    bench.simulation.run();
    expect(bench.log).toEqual(['7 done']);
    expect(bench.notes.messages).toEqual([]);
  });

  test('gives back the slot of a push to a proxy that never said a word', () => {
    const bench = streamBench({ generate: 5, watching: false });
    bench.push(2);
    bench.close(7);
    bench.simulation.run();
    expect(bench.log).toEqual(['7 done']);
  });

  test('during a push: no further message, no convergence, and the slot is given back', () => {
    const bench = streamBench({ generate: 5, watching: true });
    bench.push(0);
    bench.close(7);
    bench.simulation.run();
    expect(bench.log).toEqual(['5 cds', '10 done']);
    expect(bench.notes.converged).toEqual([]);
  });

  test('discards what comes for it later the same way', () => {
    const bench = streamBench({ generate: 5, watching: true });
    bench.close(1);
    bench.push(2);
    bench.push(3);
    bench.simulation.run();
    expect(bench.log).toEqual(['2 done', '3 done']);
  });

  test('settles the changes it will never see', () => {
    const bench = streamBench({ generate: 5, watching: true });
    const change = { ...newDelivery(newChange(0, 'test', 0)), pendingCount: 1 };
    bench.close(1);
    bench.push(2, { ...plansOf('1.30', MESH).requests.everything(), changes: [change] });
    bench.simulation.run();
    expect([change.pendingCount, bench.notes.completed, bench.notes.used]).toEqual([0, [change], []]);
  });
});

describe('the throttle', () => {
  test('does not hold back answers: with one slot a hundred proxies get their first configuration in parallel', () => {
    const bench = istiodBench({
      version: '1.30',
      mesh: meshOf({ services: [service('cart')], proxies: [sidecar('client', { count: 100 })] }),
      options: { pushThrottle: 1, maxRequestsPerSecond: 100_000, xds: 'sotw' },
      generate: 10,
      start: 'cold',
    });
    bench.run();
    expect(bench.notes.ready.length).toBe(100);
    // Four messages of 10 ms each, and a millisecond until the last is admitted.
    expect(Math.max(...bench.notes.ready.map(({ at }) => at))).toBeLessThan(42);
  });

  test('is used up by a stream that is busy with its own requests', () => {
    const bench = istiodBench({
      version: '1.30',
      mesh: meshOf({ services: [service('cart')], proxies: [sidecar('busy'), sidecar('other')] }),
      options: { pushThrottle: 1, xds: 'sotw' },
      generate: 1_000,
      start: 'none',
      // Of the two orders in which a push may queue them, the one with the busy proxy first.
      seed: 'busy first',
    });
    const [busy, other] = bench.mesh.proxies;
    bench.connect(other!, 'synced');
    bench.connect(busy!, 'cold');
    bench.at(0).change('vs/cart');
    bench.run();
    const [first, second] = bench.notes.dequeued;
    expect([first?.to, first?.at, second?.to]).toEqual(['busy', 100, 'other']);
    // The answer at hand takes until 1,000; its push, clusters only as it watches nothing else yet, until 2,000.
    expect(second?.at).toBe(2_000);
  });
});

test('a request from a proxy whose scope is of another context recomputes its whole state, own services included', () => {
  const states: boolean[] = [];
  const bench = istiodBench({
    version: '1.30',
    mesh: MESH,
    start: 'none',
    cost: {
      proxyState: ({ targets }) => {
        states.push(targets);
        return 0;
      },
    },
  });
  // A new context that keeps the scopes of the one before.
  bench.at(0).change('AuthorizationPolicy/shop/deny');
  bench.simulation.at(ms(1_000), () => bench.connect(bench.mesh.proxies[0]!, 'cold'));
  bench.run();
  expect(bench.notes.messages.length).toBe(4);
  expect(states).toEqual(Array(5).fill(true));
});
