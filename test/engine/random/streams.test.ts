import { describe, expect, test } from 'vitest';
import { hash128 } from '../../../src/engine/random/hash.js';
import { type Stream, streams } from '../../../src/engine/random/streams.js';

const draw = (stream: Stream, count: number): number[] => Array.from({ length: count }, () => stream.uniform());

describe('a stream', () => {
  test('is the same on every platform', () => {
    expect(draw(streams('tuning', 3).stream('events/kind', 'shop'), 3)).toMatchInlineSnapshot(`
      [
        0.8209473289395509,
        0.555261000925701,
        0.9364532817167452,
      ]
    `);
  });

  test('depends on seed, replication, purpose and entity, each for itself', () => {
    const firsts = [
      streams('a', 0).stream('p'),
      streams('b', 0).stream('p'),
      streams('a', 1).stream('p'),
      streams('a', 0).stream('q'),
      streams('a', 0).stream('p', 'e'),
      streams('a', 0).stream('p', ''),
      streams('a","p', 0).stream(''),
    ].map((stream) => stream.uniform());
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  test('knows an entity by its name or by the number that is written the same', () => {
    expect(streams('a', 0).stream('p', 7).uniform()).toBe(streams('a', 0).stream('p', '7').uniform());
  });

  test('is not shifted by draws from another', () => {
    const all = streams('a', 0);
    const [one, other] = [all.stream('one'), all.stream('other')];
    draw(other, 100);
    expect(draw(one, 5)).toEqual(draw(streams('a', 0).stream('one'), 5));
  });

  test('shows no correlation with that of the neighbouring entity', () => {
    const all = streams('neighbours', 0);
    const firsts = Array.from({ length: 50_000 }, (_, entity) => all.stream('p', entity).uniform() - 0.5);
    let product = 0;
    for (let entity = 1; entity < firsts.length; entity++) product += firsts[entity]! * firsts[entity - 1]!;
    // The correlation of independent draws has a standard deviation of 1 / sqrt(50,000) = 0.0045.
    expect(Math.abs((product / firsts.length) * 12)).toBeLessThan(0.015);
    expect(Math.abs(firsts.reduce((sum, value) => sum + value, 0) / firsts.length)).toBeLessThan(0.005);
  });
});

describe('whole numbers', () => {
  test('are as likely as each other, also where 2^32 is no multiple of n', () => {
    const stream = streams('dice', 0).stream('p');
    const n = 3 * 2 ** 30;
    const thirds = [0, 0, 0];
    for (let index = 0; index < 30_000; index++) thirds[Math.floor(stream.integer(n) / 2 ** 30)]!++;
    // Taking the remainder without drawing again would give the first third half of all.
    for (const count of thirds) expect(Math.abs(count - 10_000)).toBeLessThan(350);
  });

  test('of one kind need no luck', () => {
    expect(streams('a', 0).stream('p').integer(1)).toBe(0);
  });

  test.each([0, -1, 1.5, 2 ** 33, Number.NaN])('below %s cannot be drawn', (n) => {
    expect(() => streams('a', 0).stream('p').integer(n)).toThrow('cannot draw');
  });
});

describe('shuffling', () => {
  test('puts four items into each of the 24 orders as often', () => {
    const stream = streams('cards', 0).stream('p');
    const counts = new Map<string, number>();
    for (let index = 0; index < 24_000; index++) {
      const order = stream.shuffle(['a', 'b', 'c', 'd']).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1_000) ** 2 / 1_000, 0);
    // The 99.9 % quantile of chi-square with 23 degrees of freedom.
    expect(chiSquare).toBeLessThan(49.7);
  });

  test('works in place, on typed arrays too', () => {
    const items = Int32Array.from({ length: 100 }, (_, index) => index);
    const shuffled = streams('cards', 0).stream('p').shuffle(items);
    expect(shuffled).toBe(items);
    expect([...items].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index));
    expect([...items]).not.toEqual(Array.from({ length: 100 }, (_, index) => index));
  });
});

describe('the hash', () => {
  test('is pinned', () => {
    expect(hash128('pushsim')).toMatchInlineSnapshot(`
      [
        -26587523,
        1300182134,
        1832052617,
        -832934567,
      ]
    `);
  });

  test('changes about half of its 128 bits when one bit of the text changes', () => {
    let changed = 0;
    for (let index = 0; index < 500; index++) {
      const [one, other] = [hash128(`proxy-${index}`), hash128(`proxy-${index}`.replace('p', 'q'))];
      one.forEach((word, lane) => {
        for (let rest = word ^ other[lane]!; rest !== 0; rest &= rest - 1) changed++;
      });
    }
    expect(Math.abs(changed / 500 - 64)).toBeLessThan(1.5);
  });

  test('gives 200,000 similar names 200,000 values in every lane', () => {
    const lanes = [new Set<number>(), new Set<number>()];
    for (let index = 0; index < 200_000; index++) {
      const [a, b, c, d] = hash128(`${index}`);
      lanes[0]!.add((a >>> 0) * 2 ** 20 + (b & 0xfffff));
      lanes[1]!.add((c >>> 0) * 2 ** 20 + (d & 0xfffff));
    }
    expect(lanes.map((lane) => lane.size)).toEqual([200_000, 200_000]);
  });
});
