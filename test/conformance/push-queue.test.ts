import { describe, expect, test } from 'vitest';
import { createPushQueue, type PushQueue } from '../../src/pipeline/4-push-queue.js';
import type { Connection } from '../../src/pipeline/connection.js';
import type { PushRequest } from '../../src/pipeline/push-request.js';
import { connections } from '../support/connections.js';
import { keysOf, requestsOf } from '../support/request.js';

const [A, B, C] = connections(3) as [Connection, Connection, Connection];
const { change } = requestsOf('1.30');
const CART = change('vs/cart');

function newQueue(): PushQueue & { expect(connection: Connection): PushRequest; expectNothing(): void; wakes: number } {
  const queue = createPushQueue(false, () => {
    bench.wakes += 1;
  });
  const bench = Object.assign(queue, {
    wakes: 0,
    expect(connection: Connection) {
      const entry = queue.dequeue();
      expect(entry?.connection.proxy.name).toBe(connection.proxy.name);
      return entry!.request;
    },
    expectNothing() {
      expect(queue.dequeue()).toBeUndefined();
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
    queue.enqueue(A, CART);
    queue.expect(A);
    queue.expectNothing();
  });

  test('hands out in the order of arrival', () => {
    const queue = newQueue();
    for (const connection of [B, A, C]) queue.enqueue(connection, CART);
    queue.expect(B);
    queue.expect(A);
    queue.expect(C);
    queue.expectNothing();
  });

  test('has nothing to hand out before somebody puts something in, and then wakes who waits', () => {
    const queue = newQueue();
    queue.expectNothing();
    expect(queue.wakes).toBe(0);
    queue.enqueue(A, CART);
    expect(queue.wakes).toBe(1);
    queue.expect(A);
  });

  test('holds one entry for a connection however often it is put in, and wakes for the first only', () => {
    const queue = newQueue();
    for (let i = 0; i < 3; i++) queue.enqueue(A, CART);
    expect([queue.depth, queue.wakes]).toEqual([1, 1]);
    queue.expect(A);
    queue.expectNothing();
  });

  test('merges into a waiting entry, which keeps its place', () => {
    const queue = newQueue();
    queue.enqueue(A, change('vs/cart'));
    queue.enqueue(B, change('vs/cart'));
    queue.enqueue(A, change('vs/pay'));
    expect(keysOf(queue.expect(A))).toEqual(['VirtualService shop/cart', 'VirtualService shop/pay']);
    expect(keysOf(queue.expect(B))).toEqual(['VirtualService shop/cart']);
  });

  test('keeps back what arrives during the push of its connection, until that is done', () => {
    const queue = newQueue();
    queue.enqueue(A, CART);
    queue.expect(A);
    queue.enqueue(A, CART);
    expect([queue.depth, queue.processing]).toEqual([0, 1]);
    queue.expectNothing();
    queue.markDone(A);
    queue.expect(A);
    queue.expectNothing();
  });

  test('puts a connection that was wanted during its push at the tail', () => {
    const queue = newQueue();
    queue.enqueue(A, CART);
    queue.expect(A);
    queue.enqueue(A, CART);
    queue.enqueue(B, CART);
    queue.enqueue(C, CART);
    queue.markDone(A);
    queue.expect(B);
    queue.expect(C);
    queue.expect(A);
  });

  test('merges all that arrives during a push into one', () => {
    const queue = newQueue();
    queue.enqueue(A, change('vs/first'));
    queue.expect(A);
    for (const name of ['cart', 'pay', 'ship']) queue.enqueue(A, change(`vs/${name}`));
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
      queue.enqueue(A, CART);
      queue.expect(A);
      queue.markDone(A);
      queue.expectNothing();
    }
    expect(queue.processing).toBe(0);
  });

  test('done without anything new leaves nothing behind', () => {
    const queue = newQueue();
    queue.enqueue(A, CART);
    queue.expect(A);
    queue.markDone(A);
    expect([queue.depth, queue.processing, queue.wakes]).toEqual([0, 0, 1]);
    queue.expectNothing();
  });

  test('what came back from processing merges on while it waits again', () => {
    const queue = newQueue();
    queue.enqueue(A, change('vs/first'));
    queue.expect(A);
    queue.enqueue(A, change('vs/cart'));
    queue.markDone(A);
    queue.enqueue(A, change('vs/pay'));
    expect(keysOf(queue.expect(A))).toEqual(['VirtualService shop/cart', 'VirtualService shop/pay']);
  });

  test('keeps the oldest start through all merges, waiting or in processing', () => {
    const queue = newQueue();
    queue.enqueue(A, at(5));
    queue.enqueue(A, at(9));
    expect(queue.expect(A).start).toBe(5);
    queue.enqueue(A, at(20));
    queue.enqueue(A, at(30));
    queue.markDone(A);
    queue.enqueue(A, at(40));
    expect(queue.expect(A).start).toBe(20);
  });

  test('several connections are in processing at the same time, none of them twice', () => {
    const queue = newQueue();
    for (const connection of [A, B, A, C, B]) queue.enqueue(connection, CART);
    queue.expect(A);
    queue.expect(B);
    for (const connection of [A, B]) queue.enqueue(connection, CART);
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
    for (const connection of [A, B]) queue.enqueue(connection, first);
    for (const connection of [A, B]) queue.enqueue(connection, later);
    expect(queue.expect(A)).toBe(queue.expect(B));
  });

  test.each([
    [true, []],
    [false, ['VirtualService shop/cart']],
  ])('a request without keys means everything: %s', (emptyMeansEverything, keys) => {
    const queue = createPushQueue(emptyMeansEverything, () => {});
    queue.enqueue(A, CART);
    queue.enqueue(A, { ...CART, keys: new Set() });
    expect(keysOf(queue.dequeue()!.request)).toEqual(keys);
  });
});
