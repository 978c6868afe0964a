/** What the commands that run many simulations share: workers, percentages, time left, Ctrl-C. */
import { availableParallelism } from 'node:os';
import type { Options } from 'yargs';
import type { Runner } from '../experiment/work/runner.js';
import { seconds, span } from '../report/view/format.js';
import { UsageError } from './common.js';

export const WORKERS_OPTION = {
  type: 'number',
  requiresArg: true,
  describe: 'Threads that simulate (default: all cores); the results are the same with any number',
} as const satisfies Options;

export const REPLICATIONS_OPTION = {
  type: 'number',
  requiresArg: true,
  describe: 'Simulations of each setting, with other random numbers',
} as const satisfies Options;

export const PRECISION_OPTION = {
  type: 'string',
  requiresArg: true,
  describe: 'Go on until intervals are this tight, such as 5%',
} as const satisfies Options;

/** Of `run`: what one simulation cannot say. */
export const REPLICATION_OPTIONS = {
  replications: {
    ...REPLICATIONS_OPTION,
    describe: 'Simulations with other random numbers (default run.replications); thresholds judge their mean',
  },
  'until-precision': PRECISION_OPTION,
  'warm-up': { type: 'string', requiresArg: true, describe: 'auto: cut each transient off where MSER-5 finds its end' },
  batches: {
    type: 'number',
    requiresArg: true,
    describe: 'Also intervals from this one run, cut into so many batches',
  },
  workers: WORKERS_OPTION,
} as const satisfies Readonly<Record<string, Options>>;

export function wholeNumber(option: string, value: number | undefined, least: number): number | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= 1e6)) return value;
  throw new UsageError(`--${option} needs a whole number of at least ${least}`);
}

/** 0.05 of `5%`. */
export function percentage(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,2}(\.\d{1,4})?%$/.test(text) ? Number(text.slice(0, -1)) / 100 : 0;
  if (value > 0) return value;
  throw new UsageError(`--${option} needs a percentage between 0 and 100, such as 5%`);
}

/** @param most there is no use for more threads than simulations */
export async function startRunner(workers: number | undefined, most: number): Promise<Runner> {
  const wanted = wholeNumber('workers', workers, 1) ?? availableParallelism();
  const { inlineRunner, threadRunner } = await import('../experiment/work/runner.js');
  // A thread costs about a third of a second to start: not for a single simulation.
  return most <= 1 ? inlineRunner() : threadRunner(Math.min(wanted, most));
}

const QUIET_MS = 1_500;
const TERMINAL_MS = 200;
const LOG_MS = 15_000;

export interface WorkProgress {
  report(done: number, planned: number): void;
  done(): void;
}

/** `12 of 400 simulations, 1m 03s left`, on stderr. */
export function workProgress(
  label: string,
  quiet: boolean,
  stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> = process.stderr,
  now = () => performance.now(),
): WorkProgress {
  const start = now();
  let next = start + QUIET_MS;
  let shown = false;
  return {
    report(done, planned) {
      const time = now();
      if (quiet || time < next) return;
      next = time + (stream.isTTY ? TERMINAL_MS : LOG_MS);
      shown = true;
      const left = Math.round((((time - start) / done) * (planned - done)) / 1000);
      const text = `${label}: ${done} of ${planned} simulations, ${left < 120 ? span(left) : seconds(left)} left`;
      stream.write(stream.isTTY ? `\r\u001b[2K${text} ` : `${text}\n`);
    },
    done() {
      if (shown && stream.isTTY) stream.write('\r\u001b[2K');
    },
  };
}

/** A shell's convention for a program that Ctrl-C ended. */
const INTERRUPTED = 130;

/**
 * Says something before Ctrl-C (or a polite kill) ends the process. At once: every result file is written by this
 * thread in one go and renamed, so none can be half there.
 */
export function onInterrupt(farewell: () => string): { readonly dispose: () => void } {
  const end = (signal: NodeJS.Signals): void => {
    process.stderr.write(`\n${farewell()}\n`);
    process.exit(signal === 'SIGINT' ? INTERRUPTED : 143);
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  return {
    dispose: () => {
      process.off('SIGINT', end);
      process.off('SIGTERM', end);
    },
  };
}
