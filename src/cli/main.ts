#!/usr/bin/env node
/** The process around the program: arguments in, exit code out. */
import { USER_ERROR } from './common.js';
import { main } from './program.js';

/** What could not be printed; the exit code says so unless it has worse to say. */
let unprinted: string | undefined;

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // `pushsim … | head` closes the pipe early. Printing stops, and the run goes on: files and verdict are still wanted.
    stream.write = () => true;
    if (error.code !== 'EPIPE') unprinted = error.message;
  });
}

// Never `process.exit` here: a pipe may still be reading the report. There is no handler for Ctrl-C either: a
// simulation does not return to the event loop, so only the default one can end it, and files appear by rename.
process.exitCode = await main(process.argv.slice(2));

process.on('exit', () => {
  if (unprinted === undefined) return;
  process.stderr.write(`pushsim: the output cannot be written: ${unprinted}\n`);
  if (process.exitCode === 0) process.exitCode = USER_ERROR;
});
