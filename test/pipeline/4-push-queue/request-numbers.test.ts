import { describe, expect, test } from 'vitest';
import { RequestNumbers } from '../../../src/pipeline/4-push-queue/request-numbers.js';
import { requestsOf } from '../../support/request.js';

const { change } = requestsOf('1.30');
const [CART, PAY, SHIP] = [change('vs/cart'), change('vs/pay'), change('vs/ship')];

describe('numbers of waiting requests', () => {
  test('stand for their request until the last of its holders lets go', () => {
    const numbers = new RequestNumbers();
    const cart = numbers.hold(CART, 2);
    expect(numbers.hold(CART)).toBe(cart);
    numbers.letGo(cart, 2);
    expect(numbers.of(cart)).toBe(CART);
    numbers.letGo(cart);
    expect(() => numbers.of(cart)).toThrow('only numbers that are held stand for a request');
  });

  test('are never 0, differ while both are held, and are used again afterwards', () => {
    const numbers = new RequestNumbers();
    const [cart, pay] = [numbers.hold(CART), numbers.hold(PAY)];
    expect(new Set([0, cart, pay]).size).toBe(3);
    numbers.letGo(cart);
    expect(numbers.hold(SHIP)).toBe(cart);
    expect(numbers.of(cart)).toBe(SHIP);
    expect(numbers.of(pay)).toBe(PAY);
  });

  test('do not become more however many requests come and go', () => {
    const numbers = new RequestNumbers();
    for (let i = 0; i < 1_000; i++) {
      const number = numbers.hold({ ...CART, start: i });
      expect(number).toBe(1);
      numbers.letGo(number);
    }
  });
});
