/** The commands that simulate once or not at all, as the command line sees them. */
import type { Argv } from 'yargs';
import { MEASURED_VERSIONS } from '../istio/releases.js';
import { type Everywhere, EXIT_CODES, SEED_OPTION, SET_OPTION, STRICT_OPTION } from './common.js';
import { EVENTS_GUIDE } from './guide.js';
import { AGAINST_OPTION, FROM_OPTION, TIMELINE_OPTIONS } from './import-commands.js';
import { REPLICATION_OPTIONS } from './work.js';

/** @param finish takes the exit code */
export function addSingleCommands<T extends Everywhere>(parser: Argv<T>, finish: (code: number) => void): Argv<T> {
  return parser
    .command(
      'run <scenario..>',
      'Simulate scenarios and report what istiod does',
      (y) => runOptions(y),
      async (options) => {
        const { run } = await import('./run.js');
        finish(await run(options));
      },
    )
    .command(
      'explain <scenario>',
      'Tell who causes the pushes, why a change took so long, and what would be without a source',
      (y) => explainOptions(y),
      async (options) => {
        const { explain } = await import('./explain.js');
        finish(await explain(options));
      },
    )
    .command(
      'validate <file..>',
      'Check scenarios and report every mistake',
      (y) => validateOptions(y),
      async (options) => {
        const { validate } = await import('./validate.js');
        finish(await validate(options));
      },
    )
    .command(
      'schema [of]',
      'Print the JSON Schema of scenario files, or of results',
      (y) => schemaOptions(y),
      async ({ of }) => {
        const { schema } = await import('./schema.js');
        finish(await schema(of === 'result' ? 'result' : 'scenario'));
      },
    )
    .command(
      'releases [from] [to]',
      'Tell what differs between two releases of Istio, or what changed in any',
      (y) => releasesOptions(y),
      async (options) => {
        const { releases } = await import('./releases.js');
        finish(await releases(options));
      },
    );
}

/** The commands that need recordings of a real istiod, or its log. */
export function addRecordingCommands<T extends Everywhere>(parser: Argv<T>, finish: (code: number) => void): Argv<T> {
  return parser
    .command(
      'verify [scenario]',
      'Compare predictions with recordings of the real istiod and with theory, or a replay with its log or metrics',
      (y) => verifyOptions(y),
      async (options) => {
        const { verify } = await import('./verify.js');
        finish(await verify(options));
      },
    )
    .command(
      'calibrate [recordings]',
      'Fit a cost profile to recordings of a real istiod',
      (y) => calibrateOptions(y),
      async (options) => {
        const { calibrate } = await import('./calibrate.js');
        finish(await calibrate(options));
      },
    );
}

function runOptions<T extends Everywhere>(y: Argv<T>) {
  return y
    .positional('scenario', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'YAML files; - is stdin',
    })
    .option('set', SET_OPTION)
    .option('strict', STRICT_OPTION)
    .option('seed', SEED_OPTION)
    .options(REPLICATION_OPTIONS)
    .options(TIMELINE_OPTIONS)
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
    .example('$0 run mine/cluster.yaml --from 10m --until 20m --speed-up 2', 'a part of a timeline, twice as fast')
    .example('$0 run a.yaml --out results --write html,junit', 'write results/report.html and results/junit.xml')
    .epilogue(EXIT_CODES);
}

function explainOptions<T extends Everywhere>(y: Argv<T>) {
  return y
    .positional('scenario', { type: 'string', demandOption: true, describe: 'YAML file; - is stdin' })
    .option('set', SET_OPTION)
    .option('seed', SEED_OPTION)
    .option('without', { type: 'string', requiresArg: true, describe: 'Rerun without this event source' })
    .option('change', {
      type: 'string',
      requiresArg: true,
      describe:
        'Tell the lives of these changes: a number, "Kind namespace/name", source=NAME, namespace=NAME or kind=KIND (default: the slowest)',
    })
    .example('$0 explain a.yaml', 'who, and why the slowest change was slow')
    .example('$0 explain a.yaml --without deployments', 'what that source costs')
    .epilogue(EXIT_CODES);
}

function validateOptions<T extends Everywhere>(y: Argv<T>) {
  return y
    .positional('file', { type: 'string', array: true, demandOption: true, describe: 'YAML files; - is stdin' })
    .option('set', SET_OPTION)
    .option('strict', STRICT_OPTION)
    .option('resolved', { type: 'boolean', default: false, describe: 'Print the scenario with all defaults' })
    .example('$0 validate scenarios/*.yaml', 'check many')
    .example('$0 validate a.yaml --resolved', 'print what the file means, defaults included')
    .epilogue(`${EVENTS_GUIDE}\n\n${EXIT_CODES}`);
}

function schemaOptions<T extends Everywhere>(y: Argv<T>) {
  return y
    .positional('of', { choices: ['scenario', 'result'] as const, default: 'scenario', describe: 'Of what' })
    .example('$0 schema result > summary.schema.json', 'for programs that read --json')
    .example('$0 schema > scenario.schema.json', 'for an editor that knows JSON Schema')
    .example('# yaml-language-server: $schema=scenario.schema.json', 'first line of a scenario, for completion');
}

function releasesOptions<T extends Everywhere>(y: Argv<T>) {
  return y
    .positional('from', { type: 'string', describe: 'A release: a minor means its newest patch' })
    .positional('to', { type: 'string', describe: 'Another one' })
    .example('$0 releases 1.24 1.30', 'rules and defaults that differ, with their sources')
    .epilogue(EXIT_CODES);
}

function verifyOptions<T extends Everywhere>(y: Argv<T>) {
  return y
    .positional('scenario', { type: 'string', describe: 'With --against: the scenario of the same time' })
    .option('against', AGAINST_OPTION)
    .option('set', SET_OPTION)
    .option('recordings', {
      type: 'string',
      requiresArg: true,
      describe: 'Folder of recordings (default: the shipped ones)',
    })
    .option('only', { type: 'string', requiresArg: true, describe: 'Only recordings whose name contains this' })
    .option('across-versions', {
      type: 'string',
      describe: `Replay under two releases, ${MEASURED_VERSIONS.join()} unless given; tell what differs and which rule of istiod causes it`,
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
    .example('$0 verify mine/cluster.yaml --against istiod.log', 'predicted beside logged, round by round')
    .example('$0 verify --across-versions --only edsoff', 'what the later release does differently there, and why')
    .example('$0 verify --only churn', 'the recordings under churn')
    .epilogue(EXIT_CODES);
}

function calibrateOptions<T extends Everywhere>(y: Argv<T>) {
  return y
    .positional('recordings', {
      type: 'string',
      describe: 'Folder of NAME.json and NAME.csv.gz',
    })
    .option('from', FROM_OPTION)
    .option('scenario', {
      type: 'string',
      requiresArg: true,
      describe: 'With --from: the scenario of the same time, whose speed is fitted',
    })
    .option('istio', {
      type: 'string',
      default: MEASURED_VERSIONS[1],
      describe: 'Version whose recordings are taken',
    })
    .option('folds', { type: 'number', default: 5, describe: 'Parts for cross-validation' })
    .option('out', { type: 'string', requiresArg: true, describe: 'Write the profile to this file' })
    .example('$0 calibrate recordings --istio 1.17 --out profile.json', 'fit and keep')
    .example('$0 calibrate --from before.txt --from after.txt --scenario mine/cluster.yaml', 'your istiod')
    .epilogue(EXIT_CODES);
}
