import { describe, expect, test } from 'vitest';
import { createPushQueue } from '../../../src/pipeline/4-push-queue/push-queue.js';
import type { PushQueue } from '../../../src/pipeline/model/push-queue.js';
import type { PushRequest } from '../../../src/pipeline/model/push-request.js';
import { keysOf, requestsOf } from '../../support/request.js';

const [A, B, C] = [0, 1, 2] as const;
const { change } = requestsOf('1.30');
const CART = change('vs/cart');

interface QueueBench extends PushQueue {
  put(connection: number, request: PushRequest): void;
  /** Takes the head into processing, which must be this one; answers what it gets. */
  expect(connection: number): PushRequest;
  expectNothing(): void;
  wakes: number;
}

function newQueue(emptyMeansEverything = false): QueueBench {
  const queue = createPushQueue(emptyMeansEverything, () => {
    bench.wakes += 1;
  });
  const bench = Object.assign(queue, {
    wakes: 0,
    put: (connection: number, request: PushRequest) => queue.enqueue(Int32Array.of(connection), request),
    expect(connection: number) {
      expect(queue.head).toBe(connection);
      const { headRequest } = queue;
      queue.dequeue();
      return headRequest;
    },
    expectNothing() {
      expect(queue.depth).toBe(0);
    },
  });
  return bench;
}

function at(start: number, request: PushRequest = CART): PushRequest {
  return { ...request, start };
}

describe('the push queue', () => {
  test('hands out what was put in, once', () => {
    const queue = newQueue();
    queue.put(A, CART);
    queue.expect(A);
    queue.expectNothing();
  });

  test('hands out in the order of arrival', () => {
    const queue = newQueue();
    for (const connection of [B, A, C]) queue.put(connection, CART);
    queue.expect(B);
    queue.expect(A);
    queue.expect(C);
    queue.expectNothing();
  });

  test('has nothing to hand out before somebody puts something in, and then wakes who waits', () => {
    const queue = newQueue();
    queue.expectNothing();
    expect(queue.wakes).toBe(0);
    queue.put(A, CART);
    expect(queue.wakes).toBe(1);
    queue.expect(A);
  });

  test('holds one entry for a connection however often it is put in, and wakes for the first only', () => {
    const queue = newQueue();
    for (let i = 0; i < 3; i++) queue.put(A, CART);
    expect([queue.depth, queue.wakes]).toEqual([1, 1]);
    queue.expect(A);
    queue.expectNothing();
  });

  test('merges into a waiting entry, which keeps its place', () => {
    const queue = newQueue();
    queue.put(A, change('vs/cart'));
    queue.put(B, change('vs/cart'));
    queue.put(A, change('vs/pay'));
    expect(keysOf(queue.expect(A))).toEqual(['VirtualService shop/cart', 'VirtualService shop/pay']);
    expect(keysOf(queue.expect(B))).toEqual(['VirtualService shop/cart']);
  });

  test('keeps back what arrives during the push of its connection, until that is done', () => {
    const queue = newQueue();
    queue.put(A, CART);
    queue.expect(A);
    queue.put(A, CART);
    expect([queue.depth, queue.processing]).toEqual([0, 1]);
    queue.expectNothing();
    queue.markDone(A);
    queue.expect(A);
    queue.expectNothing();
  });

  test('puts a connection that was wanted during its push at the tail', () => {
    const queue = newQueue();
    queue.put(A, CART);
    queue.expect(A);
    queue.put(A, CART);
    queue.put(B, CART);
    queue.put(C, CART);
    queue.markDone(A);
    queue.expect(B);
    queue.expect(C);
    queue.expect(A);
  });

  test('merges all that arrives during a push into one', () => {
    const queue = newQueue();
    queue.put(A, change('vs/first'));
    queue.expect(A);
    for (const name of ['cart', 'pay', 'ship']) queue.put(A, change(`vs/${name}`));
    queue.markDone(A);
    expect(keysOf(queue.expect(A))).toEqual([
      'VirtualService shop/cart',
      'VirtualService shop/pay',
      'VirtualService shop/ship',
    ]);
    queue.markDone(A);
    queue.expectNothing();
  });

  test('a connection that is done can be put in again and again', () => {
    const queue = newQueue();
    for (let round = 0; round < 3; round++) {
      queue.put(A, CART);
      queue.expect(A);
      queue.markDone(A);
      queue.expectNothing();
    }
    expect(queue.processing).toBe(0);
  });

  test('done without anything new leaves nothing behind', () => {
    const queue = newQueue();
    queue.put(A, CART);
    queue.expect(A);
    queue.markDone(A);
    expect([queue.depth, queue.processing, queue.wakes]).toEqual([0, 0, 1]);
    queue.expectNothing();
  });

  test('what came back from processing merges on while it waits again', () => {
    const queue = newQueue();
    queue.put(A, change('vs/first'));
    queue.expect(A);
    queue.put(A, change('vs/cart'));
    queue.markDone(A);
    queue.put(A, change('vs/pay'));
    expect(keysOf(queue.expect(A))).toEqual(['VirtualService shop/cart', 'VirtualService shop/pay']);
  });

  test('keeps the oldest start through all merges, waiting or in processing', () => {
    const queue = newQueue();
    queue.put(A, at(5));
    queue.put(A, at(9));
    expect(queue.expect(A).start).toBe(5);
    queue.put(A, at(20));
    queue.put(A, at(30));
    queue.markDone(A);
    queue.put(A, at(40));
    expect(queue.expect(A).start).toBe(20);
  });

  test('several connections are in processing at the same time, none of them twice', () => {
    const queue = newQueue();
    for (const connection of [A, B, A, C, B]) queue.put(connection, CART);
    queue.expect(A);
    queue.expect(B);
    for (const connection of [A, B]) queue.put(connection, CART);
    queue.expect(C);
    queue.expectNothing();
    queue.markDone(B);
    queue.expect(B);
    queue.expectNothing();
  });

  test('to finish what was not begun is a bug', () => {
    const queue = newQueue();
    expect(() => queue.markDone(A)).toThrow('only a connection in processing can be done');
  });

  test('connections that merged the same two requests share one merged request', () => {
    const queue = newQueue();
    const [first, later] = [change('vs/cart'), change('vs/pay')];
    for (const connection of [A, B]) queue.put(connection, first);
    for (const connection of [A, B]) queue.put(connection, later);
    expect(queue.expect(A)).toBe(queue.expect(B));
  });

  test('takes many at once, each as if it had come by itself, and wakes once', () => {
    const queue = newQueue();
    queue.put(B, change('vs/cart'));
    queue.put(C, change('vs/cart'));
    queue.expect(B);
    queue.enqueue(Int32Array.of(C, A, B), change('vs/pay'));
    expect([queue.depth, queue.wakes]).toEqual([2, 3]);
    expect(keysOf(queue.expect(C))).toEqual(['VirtualService shop/cart', 'VirtualService shop/pay']);
    expect(keysOf(queue.expect(A))).toEqual(['VirtualService shop/pay']);
    queue.markDone(B);
    expect(keysOf(queue.expect(B))).toEqual(['VirtualService shop/pay']);
  });

  test('tells who is first in line with the request of the head, and lets them pass', () => {
    const queue = newQueue();
    const ids = new Int32Array(8);
    queue.enqueue(Int32Array.of(B, A), CART);
    queue.put(C, change('vs/pay'));
    expect(queue.upcoming(ids)).toBe(2);
    expect([...ids.subarray(0, 2)]).toEqual([B, A]);
    expect(queue.upcoming(ids.subarray(0, 1))).toBe(1);
    queue.pass(ids, 2);
    expect([queue.depth, queue.processing]).toEqual([1, 0]);
    queue.put(B, CART);
    expect(keysOf(queue.expect(C))).toEqual(['VirtualService shop/pay']);
    queue.expect(B);
    queue.expectNothing();
  });

  test('nobody to put in changes nothing', () => {
    const queue = newQueue();
    queue.enqueue(new Int32Array(0), CART);
    expect([queue.depth, queue.wakes]).toEqual([0, 0]);
  });

  test.each([
    [true, []],
    [false, ['VirtualService shop/cart']],
  ])('a request without keys means everything: %s', (emptyMeansEverything, keys) => {
    const queue = newQueue(emptyMeansEverything);
    queue.put(A, CART);
    queue.put(A, { ...CART, keys: new Set() });
    expect(keysOf(queue.expect(A))).toEqual(keys);
  });
});
