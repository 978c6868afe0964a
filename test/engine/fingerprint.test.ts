import { expect, test } from 'vitest';
import { Fingerprint, firstDifference } from '../../src/engine/fingerprint.js';

function of(...items: (number | string)[]): string {
  const print = new Fingerprint();
  for (const item of items) typeof item === 'number' ? print.number(item) : print.string(item);
  return print.hex();
}

test('the fingerprint of a sequence is pinned, so that a platform that computes another one shows', () => {
  expect(of(1, 2.5, -3e300, 'cds', 'é\u{1f600}', 2 ** 53 - 1)).toMatchInlineSnapshot(`"1c68fe603f28ead1"`);
});

test('sequences that look alike have different fingerprints', () => {
  const alike = [of(), of(0), of(0, 0), of(''), of('', ''), of('ab'), of('a', 'b'), of('b', 'a'), of(1, 2), of(2, 1)];
  expect(new Set(alike).size).toBe(alike.length);
});

test('0 and -0, which are equal, have equal fingerprints', () => {
  expect(of(-0)).toBe(of(0));
});

test('100,000 neighbouring numbers have 100,000 fingerprints, as have words that share 32 bits', () => {
  const seen = new Set<string>();
  for (let number = 1; number <= 50_000; number++) seen.add(of(number)).add(of(number * 2 ** 32 + 1));
  expect(seen.size).toBe(100_000);
});

test('what is rolled is in the fingerprint at once, in its order, and stays there with the items that follow', () => {
  const rolled = (...bits: number[]) => {
    const print = new Fingerprint();
    for (const some of bits) print.roll(some, 5);
    const before = print.hex();
    print.number(7);
    return [before, print.hex()];
  };
  const all = [[], [1], [2], [1, 2], [2, 1], [-1], [1 << 31], [1, 1 << 31]].map((bits) => rolled(...bits));
  expect(new Set(all.flat()).size).toBe(2 * all.length);
  expect(rolled(1, 2)).toEqual(rolled(1, 2));
});

test('a difference after the last checkpoint is in the unfinished slice', () => {
  const [one, other] = [new Fingerprint(10), new Fingerprint(10)];
  for (let item = 0; item < 25; item++) {
    one.number(item);
    other.number(item === 22 ? -1 : item);
  }
  expect(one.checkpoints()).toEqual(other.checkpoints());
  expect(firstDifference(one, other)).toBe(2);
});
