/**
 * Quantiles of Student's t distribution for whole degrees of freedom. Only + - * / and square roots are used, so the
 * answer is the same bits on every platform, which `Math.atan` and its like do not promise.
 */

const PI = Math.PI;

/** The t that is exceeded with probability 1 - p. Error below 1e-9 of the value; O(df) steps each of about 60 times. */
export function tQuantile(p: number, df: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a t quantile for the probability ${p}`);
  if (!(Number.isInteger(df) && df >= 1)) throw new RangeError(`a t quantile for ${df} degrees of freedom`);
  if (p === 0.5) return 0;
  if (p < 0.5) return -tQuantile(1 - p, df);
  const key = `${p} ${df}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  let low = 0;
  let high = 2;
  while (tProbability(high, df) < p) {
    low = high;
    high *= 2;
  }
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high || high - low < 1e-12 * high) break;
    if (tProbability(middle, df) < p) low = middle;
    else high = middle;
  }
  const found = (low + high) / 2;
  if (cache.size > 1_000) cache.clear();
  cache.set(key, found);
  return found;
}

/** A summary asks for the same few quantiles for hundreds of numbers. */
const cache = new Map<string, number>();

/**
 * P(T <= t) for t >= 0, by the finite series of Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and
 * 26.7.4.
 */
export function tProbability(t: number, df: number): number {
  const squared = df / (df + t * t);
  const cosine = Math.sqrt(squared);
  const sine = t / Math.sqrt(df + t * t);
  let term = 1;
  let series = df % 2 === 0 ? 1 : 0;
  if (df % 2 === 0) {
    for (let k = 2; k <= df - 2; k += 2) {
      term *= (squared * (k - 1)) / k;
      series += term;
    }
    return (1 + sine * series) / 2;
  }
  term = cosine;
  if (df > 1) series = term;
  for (let k = 3; k <= df - 2; k += 2) {
    term *= (squared * (k - 1)) / k;
    series += term;
  }
  return (1 + (2 / PI) * (arcTangent(t / Math.sqrt(df)) + sine * series)) / 2;
}

/** Four halvings of the angle, then Taylor's series; for x >= 0, error below 1e-15. */
function arcTangent(x: number): number {
  let reduced = x;
  for (let i = 0; i < 4; i++) reduced /= 1 + Math.sqrt(1 + reduced * reduced);
  const square = reduced * reduced;
  let power = reduced;
  let sum = 0;
  for (let k = 1; k < 30; k += 2) {
    sum += power / k;
    power *= -square;
  }
  return 16 * sum;
}
