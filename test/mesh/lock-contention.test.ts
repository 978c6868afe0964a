import { describe, expect, test } from 'vitest';
import { ShardLock } from '../../src/pipeline/model/shard-lock.js';
import { runScenario } from '../support/scenario.js';

describe('the lock of the endpoint shards', () => {
  function contest() {
    const lock = new ShardLock();
    const log: string[] = [];
    const asks = (kind: 'read' | 'write', name: string) => {
      log.push(`${name} ${lock[kind]({ granted: () => log.push(`${name} has it`) }) ? 'has it' : 'waits'}`);
    };
    return { lock, log, asks };
  }

  test('is shared by readers', () => {
    const { log, asks } = contest();
    asks('read', 'r1');
    asks('read', 'r2');
    expect(log).toEqual(['r1 has it', 'r2 has it']);
  });

  test('is the writer’s when the last reader of its time has gone, and later readers wait behind it', () => {
    const { lock, log, asks } = contest();
    asks('read', 'r1');
    asks('read', 'r2');
    asks('write', 'w');
    asks('read', 'r3');
    lock.readDone();
    log.push('one reader left');
    lock.readDone();
    lock.written();
    expect(log).toEqual(['r1 has it', 'r2 has it', 'w waits', 'r3 waits', 'one reader left', 'w has it', 'r3 has it']);
  });

  test('goes to the readers that wait before it goes to the next writer', () => {
    const { lock, log, asks } = contest();
    asks('write', 'w1');
    asks('write', 'w2');
    asks('read', 'r1');
    lock.written();
    lock.readDone();
    expect(log).toEqual(['w1 has it', 'w2 waits', 'r1 waits', 'r1 has it', 'w2 has it']);
  });
});

describe('a restart of 500 pods among 3,000 proxies', () => {
  const few = runScenario('throttle-5');
  const many = runScenario('throttle-100');
  const free = runScenario('throttle-100', 'costs.lockContention=false');

  test('takes ten times as long with 100 generators that contend as with 5', () => {
    expect(many.staleness.per_proxy.max).toBeGreaterThan(10 * few.staleness.per_proxy.max);
    expect(many.staleness.per_proxy.max).toBeGreaterThan(60);
    expect(few.staleness.per_proxy.max).toBeLessThan(15);
  });

  test('waits before the debounce, where no metric of istiod looks: convergence is the same', () => {
    const { watch } = many.staleness.phases;
    expect(watch.p50).toBeGreaterThan(many.staleness.per_proxy.p50 / 2);
    expect(few.staleness.phases.watch.p99).toBeLessThan(1);
    const convergence = (result: typeof many) => result.metrics.pilot_proxy_convergence_time.p99;
    expect(convergence(many) / convergence(few)).toBeLessThan(1.5);
  });

  test('is less than half as slow without the lock: the rest is a core that generates the same for many at once', () => {
    expect(many.staleness.per_proxy.max).toBeGreaterThan(2 * free.staleness.per_proxy.max);
    expect(free.staleness.phases.watch.p99).toBeLessThan(many.staleness.phases.watch.p50);
  });
});
