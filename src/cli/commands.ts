/** The command line: which commands and options there are. What they do is in a file each. */
import yargs from 'yargs';
import { didYouMean } from '../scenario/units/nearest.js';
import { EVERYWHERE, OK, STDIN, UsageError } from './common.js';
import { addExperimentCommands, EXPERIMENT_COMMANDS, EXPERIMENT_OPTIONS } from './experiment-commands.js';
import { version } from './guide.js';
import { addImportCommands, IMPORT_COMMANDS, IMPORT_OPTIONS } from './import-commands.js';
import { addRecordingCommands, addSingleCommands } from './single-commands.js';

export const COMMANDS = [
  'run',
  ...IMPORT_COMMANDS,
  ...EXPERIMENT_COMMANDS,
  'explain',
  'releases',
  'validate',
  'schema',
  'verify',
  'calibrate',
] as const;

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
    .usage('$0 COMMAND')
    .options(EVERYWHERE);
  const finish = (finished: number): void => {
    code = finished;
  };
  const commands = [addExperimentCommands, addImportCommands, addSingleCommands, addRecordingCommands];
  const parser = commands
    .reduce((added, add) => add(added, finish), base)
    .version(version())
    .help()
    .alias('help', 'h')
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
  ...IMPORT_OPTIONS,
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
  'as',
  'key',
  'speed-up',
]);

/** yargs names the unknown option; people want to know the right one. */
function explained(message: string, command: string): string {
  const text = message.charAt(0).toLowerCase() + message.slice(1);
  const unknown = /^unknown arguments?: (.+)$/.exec(text)?.[1]?.split(', ') ?? [];
  const hints = unknown.map((name) => didYouMean(name, OPTIONS)?.replace('mean ', 'mean --'));
  const hint = hints.find((found) => found !== undefined);
  return `${text}${hint ? ` (${hint})` : ''}\nsee pushsim ${command} --help`;
}
