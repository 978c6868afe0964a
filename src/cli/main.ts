#!/usr/bin/env node
/** The process around the program: arguments in, exit code out. */
import { OK } from './common.js';
import { main } from './program.js';

// `pushsim … | head` closes the pipe early: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(OK);
});

// Never `process.exit` here: a pipe may still be reading the report. There is no handler for Ctrl-C either: a
// simulation does not return to the event loop, so only the default one can end it, and files appear by rename.
process.exitCode = await main(process.argv.slice(2));
