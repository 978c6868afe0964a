/** The command line: which commands and options there are. What they do is in a file each. */
import yargs from 'yargs';
import { didYouMean } from '../scenario/units/nearest.js';
import { OK, SEED_OPTION, SET_OPTION, STDIN, UsageError } from './common.js';
import { addExperimentCommands, EXPERIMENT_COMMANDS, EXPERIMENT_OPTIONS } from './experiment-commands.js';
import { EVENTS_GUIDE, version } from './guide.js';
import { REPLICATION_OPTIONS } from './work.js';

const COMMANDS = ['run', ...EXPERIMENT_COMMANDS, 'explain', 'validate', 'schema', 'verify', 'calibrate'] as const;

const EXIT_CODES = 'Exit codes: 0 ok · 1 bug · 2 bad input or usage · 3 a threshold failed';

/** @returns the exit code */
export async function dispatch(args: readonly string[]): Promise<number> {
  const [command = ''] = args;
  if (!command.startsWith('-') && !(COMMANDS as readonly string[]).includes(command)) {
    const hint = didYouMean(command, COMMANDS) ?? `commands: ${COMMANDS.join(', ')}`;
    throw new UsageError(`there is no command ${command} (${hint})`);
  }
  let code = OK;
  const base = yargs(args.map((arg) => (arg === '-' ? STDIN : arg)))
    .scriptName('pushsim')
    .locale('en')
    .usage('$0 COMMAND');
  const parser = addExperimentCommands(base, (finished) => {
    code = finished;
  })
    .command(
      'run <scenario..>',
      'Simulate scenarios and report what istiod does',
      (y) =>
        y
          .positional('scenario', {
            type: 'string',
            array: true,
            demandOption: true,
            describe: 'YAML files; - is stdin',
          })
          .option('set', SET_OPTION)
          .option('seed', SEED_OPTION)
          .options(REPLICATION_OPTIONS)
          .option('json', { type: 'boolean', default: false, describe: 'Print JSON instead of the report' })
          .option('quiet', {
            type: 'boolean',
            default: false,
            describe: 'Print only the verdict and failed thresholds',
          })
          .option('out', { type: 'string', requiresArg: true, describe: 'Folder for the files that --write names' })
          .option('write', {
            type: 'string',
            requiresArg: true,
            // May be repeated.
            coerce: (value: string | string[] | undefined) => (Array.isArray(value) ? value.join(',') : value),
            describe:
              'Files to write: summary.json,metrics.csv,timeline.csv (these by default), html, openmetrics, trace, log, junit, markdown, benchstat',
          })
          .example('$0 run a.yaml', 'simulate and print the report')
          .example('$0 run a.yaml --set run.duration=10m --seed 7', 'longer, with other random numbers')
          .example('$0 run a.yaml b.yaml --json', 'an array of two results')
          .example('$0 run a.yaml --out results --write html,junit', 'write results/report.html and results/junit.xml')
          .epilogue(EXIT_CODES),
      async (options) => {
        const { run } = await import('./run.js');
        code = await run(options);
      },
    )
    .command(
      'explain <scenario>',
      'Tell who causes the pushes, why a change took so long, and what would be without a source',
      (y) =>
        y
          .positional('scenario', { type: 'string', demandOption: true, describe: 'YAML file; - is stdin' })
          .option('set', SET_OPTION)
          .option('seed', SEED_OPTION)
          .option('without', { type: 'string', requiresArg: true, describe: 'Rerun without this event source' })
          .option('change', {
            type: 'string',
            requiresArg: true,
            describe: 'Tell the life of this change: a number, or "Kind namespace/name" (default: the slowest)',
          })
          .option('json', { type: 'boolean', default: false, describe: 'Print JSON' })
          .example('$0 explain a.yaml', 'who, and why the slowest change was slow')
          .example('$0 explain a.yaml --without deployments', 'what that source costs')
          .epilogue(EXIT_CODES),
      async (options) => {
        const { explain } = await import('./explain.js');
        code = await explain(options);
      },
    )
    .command(
      'validate <file..>',
      'Check scenarios and report every mistake',
      (y) =>
        y
          .positional('file', { type: 'string', array: true, demandOption: true, describe: 'YAML files; - is stdin' })
          .option('set', SET_OPTION)
          .option('resolved', { type: 'boolean', default: false, describe: 'Print the scenario with all defaults' })
          .example('$0 validate scenarios/*.yaml', 'check many')
          .example('$0 validate a.yaml --resolved', 'print what the file means, defaults included')
          .epilogue(`${EVENTS_GUIDE}\n\n${EXIT_CODES}`),
      async (options) => {
        const { validate } = await import('./validate.js');
        code = await validate(options);
      },
    )
    .command(
      'schema [of]',
      'Print the JSON Schema of scenario files, or of results',
      (y) =>
        y
          .positional('of', { choices: ['scenario', 'result'] as const, default: 'scenario', describe: 'Of what' })
          .example('$0 schema result > summary.schema.json', 'for programs that read --json')
          .example('$0 schema > scenario.schema.json', 'for an editor that knows JSON Schema')
          .example('# yaml-language-server: $schema=scenario.schema.json', 'first line of a scenario, for completion'),
      async ({ of }) => {
        const { schema } = await import('./schema.js');
        code = await schema(of === 'result' ? 'result' : 'scenario');
      },
    )
    .command(
      'verify',
      'Compare predictions with recordings of the real istiod and with theory',
      (y) =>
        y
          .option('recordings', {
            type: 'string',
            requiresArg: true,
            describe: 'Folder of recordings (default: the shipped ones)',
          })
          .option('only', { type: 'string', requiresArg: true, describe: 'Only recordings whose name contains this' })
          .option('across-versions', {
            type: 'string',
            describe:
              'Replay under two versions, 1.17,1.30 unless given; tell what differs and which rule of istiod causes it',
          })
          .option('json', {
            type: 'boolean',
            default: false,
            describe: 'Print the rows as a JSON array; with --across-versions the set-ups: differences, causes, rules',
          })
          .option('speed', {
            type: 'number',
            requiresArg: true,
            describe: 'Speed of the machine the recordings were made on, the same for all (default: 1)',
          })
          .option('markdown', { type: 'string', requiresArg: true, describe: 'Also write the validation page here' })
          .option('trust', {
            type: 'string',
            requiresArg: true,
            describe: 'Also write here how far predictions were off, by regime and quantity',
          })
          .example('$0 verify', 'everything')
          .example('$0 verify --across-versions --only edsoff', 'what 1.30 does differently there, and why')
          .example('$0 verify --only churn', 'the recordings under churn')
          .epilogue(EXIT_CODES),
      async (options) => {
        const { verify } = await import('./verify.js');
        code = await verify(options);
      },
    )
    .command(
      'calibrate <recordings>',
      'Fit a cost profile to recordings of a real istiod',
      (y) =>
        y
          .positional('recordings', {
            type: 'string',
            demandOption: true,
            describe: 'Folder of NAME.json and NAME.csv.gz',
          })
          .option('istio', { type: 'string', default: '1.30', describe: 'Version whose recordings are taken' })
          .option('folds', { type: 'number', default: 5, describe: 'Parts for cross-validation' })
          .option('out', { type: 'string', requiresArg: true, describe: 'Write the profile to this file' })
          .example('$0 calibrate recordings --istio 1.17 --out profile.json', 'fit and keep')
          .epilogue(EXIT_CODES),
      async (options) => {
        const { calibrate } = await import('./calibrate.js');
        code = await calibrate(options);
      },
    )
    .version(version())
    .help()
    .strict()
    .check((options) => {
      const twice = Object.keys(options).find((name) => SINGLE_OPTIONS.has(name) && Array.isArray(options[name]));
      if (twice !== undefined) throw new UsageError(`--${twice} is given more than once`);
      return true;
    })
    .exitProcess(false)
    .fail((message: string | undefined, error: Error | undefined) => {
      // What yargs itself throws is about the command line; anything else is ours.
      if (error && error.name !== 'YError') throw error;
      throw new UsageError(explained(message ?? error?.message ?? '', command));
    });
  await parser.parseAsync();
  return code;
}

const OPTIONS = [
  'recordings',
  'only',
  'across-versions',
  'istio',
  'folds',
  'set',
  'seed',
  'json',
  'quiet',
  'out',
  'write',
  'resolved',
  'without',
  'change',
  'help',
  'version',
  ...EXPERIMENT_OPTIONS,
];

/** Given twice they contradict themselves; yargs would make a list of them. */
const SINGLE_OPTIONS = new Set([
  'out',
  'recordings',
  'only',
  'istio',
  'folds',
  'without',
  'change',
  'replications',
  'until-precision',
  'warm-up',
  'batches',
  'workers',
  'shard',
  'index',
  'of',
  'queue',
]);

/** yargs names the unknown option; people want to know the right one. */
function explained(message: string, command: string): string {
  const text = message.charAt(0).toLowerCase() + message.slice(1);
  const unknown = /^unknown arguments?: (.+)$/.exec(text)?.[1]?.split(', ') ?? [];
  const hints = unknown.map((name) => didYouMean(name, OPTIONS)?.replace('mean ', 'mean --'));
  const hint = hints.find((found) => found !== undefined);
  return `${text}${hint ? ` (${hint})` : ''}\nsee pushsim ${command} --help`;
}
