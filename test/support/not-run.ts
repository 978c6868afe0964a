/**
 * What a test run leaves out, repeated at its end where it is seen: once for each program that is missing, and by name
 * every other test that is skipped. Test files run in processes of their own, so it goes through a file.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect } from 'vitest';
import type { Reporter, TestModule, Vitest } from 'vitest/node';

/** In the folder that `temporary-folder.ts` makes for the run. */
const notes = (): string => join(process.env.TMPDIR ?? '', 'not-run.jsonl');

interface Note {
  /** Whose skipped tests this explains. */
  readonly file: string;
  readonly text: string;
}

/** Called by a test file that skips tests: says so at once and at the end. */
export function noteNotRun(text: string): void {
  process.stderr.write(`not run: ${text}\n`);
  const note: Note = { file: expect.getState().testPath ?? '', text };
  appendFileSync(notes(), `${JSON.stringify(note)}\n`);
}

/** One line for each thing that was not run. */
export function linesOf(noted: readonly Note[], skipped: readonly { file: string; name: string }[]): string[] {
  const explained = new Set(noted.map(({ file }) => file));
  const others = skipped.filter(({ file }) => !explained.has(file)).map(({ file, name }) => `${file}: ${name}`);
  return [...new Set([...noted.map(({ text }) => text), ...others])].map((text) => `not run: ${text}`);
}

/** Prints the lines after everything else, or leaves that to who has still more to say and names a file for them. */
export class NotRunReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const root = this.#vitest?.config.root ?? '';
    const named = (file: string) => relative(root, file);
    const noted: Note[] = existsSync(notes())
      ? readFileSync(notes(), 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as Note)
          .map(({ file, text }) => ({ file: named(file), text }))
      : [];
    // Whoever asks for some tests by name knows that the others are not run.
    const byName = this.#vitest?.config.testNamePattern !== undefined;
    const skipped = byName ? [] : modules.flatMap((module) => skippedIn(module, named(module.moduleId)));
    const text = linesOf(noted, skipped)
      .map((line) => `${line}\n`)
      .join('');
    const elsewhere = process.env.PUSHSIM_NOT_RUN;
    if (elsewhere !== undefined) writeFileSync(elsewhere, text);
    else process.stdout.write(text);
  }
}

function skippedIn(module: TestModule, file: string): { file: string; name: string }[] {
  return [...module.children.allTests('skipped')].map(({ fullName }) => ({ file, name: fullName }));
}
