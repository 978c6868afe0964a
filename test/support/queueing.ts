/** Textbook queues, and intervals to compare simulated ones with them. */

/** Probability that all servers are busy in M/M/c: Erlang's second formula. `load` is per server. */
export function erlangC(servers: number, load: number): number {
  let [term, sum] = [1, 0];
  for (let busy = 0; busy < servers; busy++) {
    sum += term;
    term *= (servers * load) / (busy + 1);
  }
  const waiting = term / (1 - load);
  return waiting / (sum + waiting);
}

/** Mean wait in the queue of M/M/c, in mean services. */
export function waitOfMmc(servers: number, load: number): number {
  return erlangC(servers, load) / (servers * (1 - load));
}

/** Mean wait in the queue of M/G/1 with this squared coefficient of variation (Pollaczek and Khinchine). */
export function waitOfMg1(load: number, squaredVariation: number): number {
  return (load * (1 + squaredVariation)) / (2 * (1 - load));
}

/** Mean and half-width of the 99 % interval of 20 independent values. */
export function intervalOf20(values: readonly number[]): { readonly mean: number; readonly halfWidth: number } {
  if (values.length !== 20) throw new Error(`${values.length} values`);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const studentT = 2.861; // 99.5 % quantile, 19 degrees of freedom
  return { mean, halfWidth: studentT * Math.sqrt(variance / values.length) };
}
