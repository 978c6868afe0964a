/** The commands that run many simulations, as the command line sees them. */
import type { Argv, Options } from 'yargs';
import { type Everywhere, SEED_OPTION, SET_OPTION } from './common.js';
import { addSweepCommands } from './sweep-commands.js';
import { PRECISION_OPTION, REPLICATIONS_OPTION, WORKERS_OPTION } from './work.js';

export const EXPERIMENT_COMMANDS = ['compare', 'sweep', 'plan', 'merge', 'worker'] as const;

/** For suggestions when an option is mistyped. */
export const EXPERIMENT_OPTIONS = [
  'workers',
  'replications',
  'until-precision',
  'confidence',
  'measure',
  'variant',
  'releases',
  'name',
  'fail-on',
  'uncertain',
  'independent',
  'format',
  'shard',
  'index',
  'of',
  'queue',
  'until-idle',
  'time-limit',
  'slo',
  'vary',
  'cost',
  'exhaustive',
  'warm-up',
  'batches',
];

const LIST = (value: string | string[] | undefined): string[] => (value === undefined ? [] : [value].flat());

const CONFIDENCE = {
  type: 'string',
  requiresArg: true,
  default: '95%',
  describe: 'Of everything that is said together',
} as const;

/** @param finish takes the exit code */
export function addExperimentCommands<T extends Everywhere>(parser: Argv<T>, finish: (code: number) => void): Argv<T> {
  return addSweepCommands(parser, finish)
    .command(
      'compare <scenario..>',
      'Which of several scenarios is better, and how sure is that?',
      (y) => compareOptions(y),
      async (options) => finish(await (await import('./compare.js')).compare(options)),
    )
    .command(
      'plan <scenario>',
      'The cheapest setting that meets an objective',
      (y) => planOptions(y),
      async (options) => finish(await (await import('./plan.js')).plan(options)),
    );
}

/** Of `compare`: what fails it, and what it is written to. */
const GATE_OPTIONS = {
  name: {
    type: 'string',
    requiresArg: true,
    describe: 'What to call the scenarios, in order: --name before,after (may be repeated)',
    coerce: LIST,
  },
  'fail-on': {
    type: 'string',
    requiresArg: true,
    describe:
      'Exit with 3 if this is certain of any scenario but the first, such as "staleness.p99 > +5%" (may be repeated)',
    coerce: LIST,
  },
  uncertain: {
    choices: ['fail', 'pass'],
    default: 'pass',
    describe: 'What a condition does of which nothing certain can be said',
  },
  format: {
    choices: ['text', 'markdown', 'benchstat', 'json'],
    describe: 'Of what is printed; benchstat: lines for benchstat -col /scenario',
  },
  out: { type: 'string', requiresArg: true, describe: 'Folder for the files that --write names' },
  write: {
    type: 'string',
    requiresArg: true,
    coerce: (value: string | string[] | undefined) => (Array.isArray(value) ? value.join(',') : value),
    describe: 'Files to write: json,markdown (these by default), html, junit, benchstat',
  },
} as const satisfies Readonly<Record<string, Options>>;

function compareOptions<T extends Everywhere>(y: Argv<T>) {
  return y
    .positional('scenario', { type: 'string', array: true, demandOption: true, describe: 'YAML files' })
    .option('variant', {
      type: 'string',
      requiresArg: true,
      describe: 'Also the first scenario with this field replaced: path=value (may be repeated)',
      coerce: LIST,
    })
    .option('measure', {
      type: 'string',
      requiresArg: true,
      describe: 'What to compare, such as staleness.p99 (may be repeated)',
      coerce: LIST,
    })
    .option('set', SET_OPTION)
    .option('seed', SEED_OPTION)
    .option('releases', {
      type: 'string',
      requiresArg: true,
      describe: 'Two releases, such as 1.24,1.30: what an upgrade changes on the scenario, and by which rule',
    })
    .option('replications', { ...REPLICATIONS_OPTION, defaultDescription: '10; 3 with --releases' })
    .option('until-precision', PRECISION_OPTION)
    .option('confidence', CONFIDENCE)
    .option('independent', {
      type: 'boolean',
      default: false,
      describe: 'Other random numbers for each scenario, instead of the same ones',
    })
    .options(GATE_OPTIONS)
    .option('workers', WORKERS_OPTION)
    .example('$0 compare a.yaml b.yaml', 'differences of b against a')
    .example('$0 compare a.yaml --variant istiod.env.PILOT_DEBOUNCE_AFTER=1s', 'what one knob does')
    .example('$0 compare a.yaml b.yaml --fail-on "staleness.p99 > +5%"', 'a gate: exits with 3 when b is worse');
}

function planOptions<T extends Everywhere>(y: Argv<T>) {
  return y
    .positional('scenario', { type: 'string', demandOption: true, describe: 'A YAML file' })
    .option('slo', {
      type: 'string',
      requiresArg: true,
      describe: 'What must hold, such as "staleness.p99 < 2s" (may be repeated; default: the thresholds)',
      coerce: LIST,
    })
    .option('vary', {
      type: 'string',
      requiresArg: true,
      demandOption: true,
      describe: 'A field and the values to try: istiod.resources.cpu=1,2,4 (may be repeated)',
      coerce: LIST,
    })
    .option('cost', {
      type: 'string',
      requiresArg: true,
      describe: 'The measure to keep small (default: cores, then CPU used)',
    })
    .option('exhaustive', { type: 'boolean', default: false, describe: 'Try dearer settings too' })
    .option('replications', {
      ...REPLICATIONS_OPTION,
      default: 5,
      describe: 'Simulations of each setting at least',
    })
    .option('confidence', CONFIDENCE)
    .option('set', SET_OPTION)
    .option('seed', SEED_OPTION)
    .option('workers', WORKERS_OPTION)
    .option('format', {
      choices: ['text', 'markdown', 'json'] as const,
      describe: 'Of the answer',
    })
    .example('$0 plan a.yaml --slo "staleness.p99 < 2s" --vary istiod.resources.cpu=1,2,4', 'how many cores?');
}
