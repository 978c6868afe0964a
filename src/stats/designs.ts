/** Which combinations of factor levels to try. A design is a list of points; each says a level or a place per factor. */

/** Every combination; the last factor changes fastest. `sizes` are the numbers of levels. */
export function fullGrid(sizes: readonly number[]): readonly (readonly number[])[] {
  let points: number[][] = [[]];
  for (const size of sizes) {
    points = points.flatMap((point) => Array.from({ length: size }, (_, level) => [...point, level]));
  }
  return points;
}

/** Random decisions of a design; they come from outside because this folder draws nothing. */
export interface DesignRandom {
  /** In [0, 1). */
  uniform(): number;
  shuffle(items: number[]): readonly number[];
}

/** Designs drawn before the one with the largest smallest distance is kept. */
const TRIES = 50;

/**
 * A Latin hypercube: of `count` equal slices of every factor's range, each holds exactly one point. Of several random
 * ones the best spread is kept (maximin), because a single one may by bad luck lie on a diagonal. Places are in [0, 1).
 */
export function latinHypercube(count: number, factors: number, random: DesignRandom): readonly (readonly number[])[] {
  let best: (readonly number[])[] = [];
  let widest = -1;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const columns = Array.from({ length: factors }, () => {
      const slices = random.shuffle(Array.from({ length: count }, (_, i) => i));
      return slices.map((slice) => (slice + random.uniform()) / count);
    });
    const points = Array.from({ length: count }, (_, i) => columns.map((column) => column[i]!));
    const distance = smallestDistance(points);
    if (distance > widest) {
      widest = distance;
      best = points;
    }
  }
  return best;
}

function smallestDistance(points: readonly (readonly number[])[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const [i, a] of points.entries()) {
    for (const b of points.slice(i + 1)) {
      let square = 0;
      for (const [k, x] of a.entries()) square += (x - b[k]!) * (x - b[k]!);
      if (square < least) least = square;
    }
  }
  return least;
}

/** First rows of the cyclic designs of Plackett and Burman (Biometrika 33, 1946), by number of runs. */
const FIRST_ROWS: Readonly<Record<number, string>> = {
  4: '++-',
  8: '+++-+--',
  12: '++-+++---+-',
  16: '++++-+-++--+---',
  20: '++--++++-+-+----++-',
  24: '+++++-+-++--++--+-+----',
};

export const MOST_SCREENED = 23;

/**
 * Two-level screening: as few runs as there are factors plus one, rounded up to a multiple of four, and every factor is
 * high in half of the runs whatever any other one is. Two factors that only act together can be mistaken for a third;
 * `foldOver` adds the mirrored runs, which keeps every main effect clear of such pairs. Levels are 0 and 1.
 */
export function screening(factors: number, foldOver: boolean): readonly (readonly number[])[] {
  if (factors < 1 || factors > MOST_SCREENED) throw new RangeError(`a screening design for ${factors} factors`);
  const runs = Math.max(4, 4 * Math.ceil((factors + 1) / 4));
  const first = [...FIRST_ROWS[runs]!].map((sign) => (sign === '+' ? 1 : 0));
  const rows = Array.from({ length: runs - 1 }, (_, shift) =>
    Array.from({ length: factors }, (_, k) => first[(k + first.length - shift) % first.length]!),
  );
  const all = [...rows, new Array<number>(factors).fill(0)];
  return foldOver ? [...all, ...all.map((row) => row.map((level) => 1 - level))] : all;
}
