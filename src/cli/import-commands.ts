/** The command that reads other people's files, as the command line sees it. */
import type { Argv, Options } from 'yargs';
import type { Everywhere } from './common.js';

export const IMPORT_COMMANDS = ['import'] as const;

/** Which part of a scenario's timeline is replayed. */
export const TIMELINE_OPTIONS = {
  'speed-up': { type: 'number', requiresArg: true, describe: 'Replay the timeline so many times as fast' },
  from: { type: 'string', requiresArg: true, describe: 'Replay the timeline from this time on, such as 10m' },
  until: { type: 'string', requiresArg: true, describe: 'Replay the timeline until this time' },
} as const satisfies Record<string, Options>;

const SEVERAL = (value: string | string[] | undefined): string[] => (value === undefined ? [] : [value].flat());

export const AGAINST_OPTION = {
  type: 'string',
  requiresArg: true,
  describe: "istiod's log, or its metrics before and after, of the same time (may be repeated)",
  coerce: SEVERAL,
} as const satisfies Options;

export const FROM_OPTION = {
  type: 'string',
  requiresArg: true,
  describe: "istiod's log or metrics to take costs from (may be repeated)",
  coerce: SEVERAL,
} as const satisfies Options;

/** What the options of a timeline mean as `--set`. */
export function timelineSets(options: {
  readonly speedUp?: number | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}): string[] {
  return (['from', 'until', 'speedUp'] as const).flatMap((name) =>
    options[name] === undefined ? [] : [`timeline.${name}=${options[name]}`],
  );
}

/** For suggestions when an option is mistyped. */
export const IMPORT_OPTIONS = ['as', 'anonymise', 'key', 'speed-up', 'from', 'until', 'against', 'scenario'];

/** @param finish takes the exit code */
export function addImportCommands<T extends Everywhere>(parser: Argv<T>, finish: (code: number) => void): Argv<T> {
  return parser.command(
    'import <file..>',
    'Make a scenario of your cluster: from kubectl dumps, watches, audit logs, istiod logs and metrics, load tests',
    (y) =>
      y
        .positional('file', {
          type: 'string',
          array: true,
          demandOption: true,
          describe: 'Any mix of files, packed or not; told apart by their content; - is stdin',
        })
        .option('out', {
          alias: 'o',
          type: 'string',
          requiresArg: true,
          default: 'imported',
          describe: 'Folder for cluster.yaml and what belongs to it',
        })
        .option('as', { type: 'string', requiresArg: true, describe: 'Format of the files, if it is not recognised' })
        .option('anonymise', {
          type: 'boolean',
          default: false,
          describe: 'Replace every name, host, label value and address by a pseudonym',
        })
        .option('key', {
          type: 'string',
          requiresArg: true,
          describe: 'File with the secret that makes pseudonyms again',
        })
        .example('$0 import dump.json audit.log.gz --out mine', 'then: pushsim run mine/cluster.yaml')
        .example('$0 import dump.json watch-*.json --out mine', 'without an audit log: times are whole seconds')
        .example('kubectl get pods,svc,endpointslices -A -o json | $0 import - --out mine', 'the mesh alone')
        .example('$0 import dump.json audit.log --out shared --anonymise', 'for a public issue')
        .epilogue('Exit codes: 0 ok · 1 bug · 2 bad input or usage, or nothing of use found'),
    async (options) => {
      const { importFiles } = await import('./import.js');
      finish(await importFiles(options));
    },
  );
}
