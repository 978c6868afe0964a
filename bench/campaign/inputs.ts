/**
 * Very many inputs, each from its seed, one after the other in a thread that is watched: a crash, a hang, a message without
 * its place is a fault, printed with its seed. By hand:
 *
 *     npx tsx bench/campaign/inputs.ts scenarios|objects|sweeps|folders|queue [inputs = 100000] [first seed = 0]
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type Fate, fateOf } from '../../test/faults/campaign/check.js';
import { objectInput } from '../../test/faults/campaign/objects.js';
import { scenarioInput } from '../../test/faults/campaign/scenarios.js';
import { folderFate, queueFate, sweepFate } from '../../test/faults/campaign/sweeps.js';

/** A longer run takes the time of very many inputs: few may be one. */
const mostEvents = (seed: number) => (seed % 30 === 0 ? 3_000 : seed % 3 === 0 ? 300 : 30);

const KINDS = {
  scenarios: (seed: number) => fateOf(scenarioInput(seed), mostEvents(seed)),
  objects: (seed: number) => fateOf(objectInput(seed), mostEvents(seed)),
  sweeps: sweepFate,
  folders: folderFate,
  queue: queueFate,
} as const satisfies Readonly<Record<string, (seed: number) => Fate | Promise<Fate>>>;
type Kind = keyof typeof KINDS;

const HANG_MS = 20_000;
const MOST_FAULTS = 200;

interface Part {
  readonly kind: Kind;
  readonly from: number;
  readonly until: number;
  /** What is under way: the seed. */
  readonly now: Int32Array;
}

interface Said {
  readonly counts: Readonly<Record<Fate, number>>;
  readonly fault?: { readonly seed: number; readonly text: string };
}

if (isMainThread) await watch();
else await attempt(workerData as Part);

async function attempt({ kind, from, until, now }: Part): Promise<void> {
  const counts: Record<Fate, number> = { refused: 0, accepted: 0, simulated: 0 };
  const tell = (said: Omit<Said, 'counts'> = {}): void => {
    parentPort!.postMessage({ counts: { ...counts }, ...said } satisfies Said);
    counts.refused = 0;
    counts.accepted = 0;
    counts.simulated = 0;
  };
  for (let seed = from; seed < until; seed++) {
    Atomics.store(now, 0, seed);
    try {
      counts[await KINDS[kind](seed)] += 1;
    } catch (error) {
      tell({ fault: { seed, text: error instanceof Error ? String(error.stack) : String(error) } });
    }
    if (seed % 500 === 499) tell();
  }
  tell();
}

async function watch(): Promise<void> {
  const [kind = 'scenarios', inputs = '100000', first = '0'] = process.argv.slice(2);
  if (!Object.hasOwn(KINDS, kind)) throw new Error(`one of ${Object.keys(KINDS).join(', ')}, not ${kind}`);
  const until = Number(first) + Number(inputs);
  const began = performance.now();
  const totals: Record<Fate, number> = { refused: 0, accepted: 0, simulated: 0 };
  let faults = 0;
  const fault = (seed: number, text: string): void => {
    faults += 1;
    process.stdout.write(`FAULT ${kind} seed ${seed}: ${text.slice(0, 1500)}\n`);
  };
  let told = 0;
  const said = ({ counts, fault: found }: Said): void => {
    for (const fate of Object.keys(totals) as Fate[]) totals[fate] += counts[fate];
    if (found !== undefined) fault(found.seed, found.text);
    const done = totals.refused + totals.accepted + totals.simulated + faults;
    if (done - told < 10_000) return;
    told = done;
    process.stdout.write(`${done} of ${inputs} after ${Math.round((performance.now() - began) / 1000)} s\n`);
  };
  let from = Number(first);
  while (from < until && faults < MOST_FAULTS) {
    const stopped = await watched(
      { kind: kind as Kind, from, until, now: new Int32Array(new SharedArrayBuffer(4)) },
      said,
    );
    if (stopped === undefined) break;
    fault(stopped.seed, stopped.why);
    from = stopped.seed + 1;
  }
  const seconds = Math.round((performance.now() - began) / 1000);
  process.stdout.write(`${kind}: ${JSON.stringify(totals)}, ${faults} faults, ${seconds} s\n`);
  process.exit(faults > 0 ? 1 : 0);
}

/** @returns the seed at which the thread stood still or died; undefined when it did all of its part */
function watched(
  part: Part,
  said: (message: Said) => void,
): Promise<{ readonly seed: number; readonly why: string } | undefined> {
  return new Promise((resolve) => {
    // A thread has no loader of TypeScript of its own.
    const loader = JSON.stringify(import.meta.resolve('tsx/esm/api'));
    const code = `import(${loader}).then(({ register }) => { register(); return import(${JSON.stringify(import.meta.url)}); })`;
    const worker = new Worker(code, {
      eval: true,
      workerData: part,
      resourceLimits: { maxOldGenerationSizeMb: 2_000 },
    });
    let last = -1;
    let since = performance.now();
    const timer = setInterval(() => {
      const seed = Atomics.load(part.now, 0);
      if (seed !== last) {
        last = seed;
        since = performance.now();
      } else if (performance.now() - since > HANG_MS) end({ seed, why: `no end within ${HANG_MS / 1000} s` });
    }, 500);
    const end = (how: { readonly seed: number; readonly why: string } | undefined): void => {
      clearInterval(timer);
      worker.removeAllListeners();
      void worker.terminate().then(() => resolve(how));
    };
    worker.on('message', said);
    worker.on('error', (error) => end({ seed: Atomics.load(part.now, 0), why: String(error) }));
    worker.on('exit', () => end(undefined));
  });
}
