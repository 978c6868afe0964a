/**
 * One run of the program: where user errors and bugs part ways. Everything heavy is imported by the command that needs
 * it, so that help comes at once.
 */
import { BUG, isUserError, OK, USER_ERROR, UsageError } from './common.js';
import { GUIDE, version } from './guide.js';

export async function main(args: readonly string[]): Promise<number> {
  const [first] = args;
  try {
    if (first === undefined || first === 'help' || first === '--help' || first === '-h') {
      process.stdout.write(GUIDE);
      return OK;
    }
    if (first === '--version' || first === '-v') {
      process.stdout.write(`pushsim ${version()}\n`);
      return OK;
    }
    const { dispatch } = await import('./commands.js');
    return await dispatch(args);
  } catch (error) {
    if (isUserError(error)) {
      const lead = error instanceof UsageError ? 'pushsim: ' : '';
      process.stderr.write(`${lead}${error.message}\n`);
      return USER_ERROR;
    }
    const report = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(
      `${report}\n\nthis is a bug in pushsim ${version()}; please report it with the scenario and the lines above\n`,
    );
    return BUG;
  }
}
