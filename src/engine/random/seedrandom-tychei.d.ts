// @types/seedrandom describes only the main entry; importing a single generator keeps the other six out of a bundle.
declare module 'seedrandom/lib/tychei.js' {
  const tychei: (seed: string) => import('seedrandom').PRNG;
  export = tychei;
}
