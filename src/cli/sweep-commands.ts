/** `sweep`, and the commands that share its work, as the command line sees them. */
import type { Argv } from 'yargs';
import { type Everywhere, SEED_OPTION, SET_OPTION } from './common.js';
import { PRECISION_OPTION, REPLICATIONS_OPTION, WORKERS_OPTION } from './work.js';

const OUT = { type: 'string', requiresArg: true } as const;

/** @param finish takes the exit code */
export function addSweepCommands<T extends Everywhere>(parser: Argv<T>, finish: (code: number) => void): Argv<T> {
  return parser
    .command(
      'sweep <file>',
      'Many settings of one scenario: what do the knobs trade off?',
      (y) => sweepOptions(y),
      async (options) => finish(await (await import('./sweep.js')).sweep(options)),
    )
    .command(
      'merge <folder..>',
      'Bring the shards of a sweep together',
      (y) => mergeOptions(y),
      async (options) => finish(await (await import('./merge.js')).merge(options)),
    )
    .command(
      'worker',
      'Simulate for sweeps that use a queue',
      (y) => workerOptions(y),
      async (options) => finish(await (await import('./worker.js')).worker(options)),
    );
}

function sweepOptions<T extends Everywhere>(y: Argv<T>) {
  return y
    .positional('file', { type: 'string', demandOption: true, describe: 'A sweep file; - is stdin' })
    .option('out', {
      ...OUT,
      describe: 'Folder for results; also where a stopped sweep goes on (default results/NAME)',
    })
    .option('replications', REPLICATIONS_OPTION)
    .option('until-precision', PRECISION_OPTION)
    .option('set', SET_OPTION)
    .option('seed', SEED_OPTION)
    .option('workers', WORKERS_OPTION)
    .option('shard', {
      type: 'string',
      requiresArg: true,
      describe: 'Only this part of the work: 2/3 is the second of three',
    })
    .option('index', {
      type: 'number',
      requiresArg: true,
      describe: 'Only this work item, from 0; with --of N, this one of N parts',
    })
    .option('of', { type: 'number', requiresArg: true, describe: 'Number of parts for --index' })
    .option('queue', {
      type: 'string',
      requiresArg: true,
      describe: 'Let workers on this queue simulate: redis://HOST:PORT',
    })
    .example('$0 sweep scenarios/sweeps/debounce.yaml', 'on all cores; Ctrl-C and again to go on')
    .example('$0 sweep a.yaml --shard 2/3 --out part2', 'one of three machines; then merge')
    .example('$0 sweep a.yaml --index $JOB_COMPLETION_INDEX --of 8', 'in an Indexed Job with 8 completions');
}

function mergeOptions<T extends Everywhere>(y: Argv<T>) {
  return y
    .positional('folder', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'Folders that --out made',
    })
    .option('out', { ...OUT, describe: 'Folder for the whole' })
    .example('$0 merge part1 part2 part3 --out whole', 'the same files as from one machine');
}

function workerOptions<T extends Everywhere>(y: Argv<T>) {
  return y
    .option('queue', { type: 'string', requiresArg: true, demandOption: true, describe: 'redis://HOST:PORT' })
    .option('workers', { ...WORKERS_OPTION, describe: 'Simulations at a time (default 1)' })
    .option('time-limit', {
      type: 'string',
      requiresArg: true,
      default: '1h',
      describe: 'A simulation that takes longer fails, and the sweep with it',
    })
    .option('until-idle', { type: 'boolean', default: false, describe: 'End when the queue is empty' })
    .example('$0 worker --queue redis://queue:6379', 'on as many machines as there are');
}
