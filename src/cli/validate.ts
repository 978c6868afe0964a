/** `pushsim validate`: every mistake of every file, or the file with its defaults. */
import { InputError, issuesText, loadScenario, OK, shownFile, USER_ERROR, warningsText } from './common.js';

interface ValidateOptions {
  readonly file: readonly string[];
  readonly set: readonly string[] | undefined;
  readonly resolved: boolean;
}

export async function validate(options: ValidateOptions): Promise<number> {
  let code = OK;
  for (const [i, file] of options.file.entries()) {
    try {
      const parsed = await loadScenario(file, options.set ?? []);
      process.stderr.write(await warningsText(parsed.warnings));
      if (!parsed.ok) throw new InputError(await issuesText(parsed.issues));
      if (options.resolved) {
        const { resolvedYaml } = await import('../scenario/resolve/resolved-yaml.js');
        process.stdout.write((i > 0 ? '---\n' : '') + resolvedYaml(parsed.scenario));
      } else process.stdout.write(`${shownFile(file)}: ok\n`);
    } catch (error) {
      // One bad file does not keep the others from being checked.
      if (!(error instanceof InputError)) throw error;
      process.stderr.write(`${error.message}\n`);
      code = USER_ERROR;
    }
  }
  return code;
}
