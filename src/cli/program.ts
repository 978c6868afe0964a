/**
 * One run of the program: where user errors and bugs part ways. Everything heavy is imported by the command that needs
 * it, so that help comes at once.
 */
import { printable, printableLines } from '../scenario/document/printable.js';
import { BUG, isFileError, isUserError, OK, USER_ERROR, UsageError, whatToDo } from './common.js';
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
    if (error instanceof Error && ['ClockError', 'QueueError'].includes(error.name)) {
      process.stderr.write(`${error.message}\n`);
      return USER_ERROR;
    }
    if (isFileError(error)) {
      process.stderr.write(`${printable(error.message)}\n${whatToDo(error.code)}\n`);
      return USER_ERROR;
    }
    if (isUserError(error)) {
      const lead = error instanceof UsageError ? 'pushsim: ' : '';
      process.stderr.write(`${printableLines(`${lead}${error.message}`)}\n`);
      return USER_ERROR;
    }
    const report = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(
      `${report}\n\nthis is a bug in pushsim ${version()}; please report it with the scenario and the lines above\n`,
    );
    return BUG;
  }
}
