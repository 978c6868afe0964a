/** `pushsim validate`: every mistake of every file, what each mesh is, or the file with its defaults. */
import { InputError, issuesText, loadScenario, OK, shownFile, strictly, USER_ERROR, warningsText } from './common.js';

interface ValidateOptions {
  readonly file: readonly string[];
  readonly set: readonly string[] | undefined;
  readonly strict: boolean;
  readonly resolved: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

type Parsed = Awaited<ReturnType<typeof loadScenario>>;

export async function validate(options: ValidateOptions): Promise<number> {
  let code = OK;
  const found: unknown[] = [];
  for (const [i, file] of options.file.entries()) {
    try {
      const parsed = strictly(await loadScenario(file, options.set ?? []), options.strict);
      if (!options.quiet) process.stderr.write(await warningsText(parsed.warnings));
      if (options.json) found.push(await written(file, parsed, options.set ?? []));
      if (!parsed.ok) throw new InputError(await issuesText(parsed.issues));
      if (!options.json) process.stdout.write(await shown(file, parsed, options, i > 0));
    } catch (error) {
      // One bad file does not keep the others from being checked.
      if (!(error instanceof InputError)) throw error;
      process.stderr.write(`${error.message}\n`);
      code = USER_ERROR;
    }
  }
  if (options.json) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  return code;
}

async function shown(file: string, parsed: Parsed & { ok: true }, options: ValidateOptions, isNext: boolean) {
  if (options.resolved) {
    const { foldedYaml } = await import('../scenario/resolve/resolved-yaml.js');
    return (
      (isNext ? '---\n' : '') +
      (await settingComments(parsed, options.set ?? [])) +
      foldedYaml(parsed.scenario, parsed.document)
    );
  }
  const { meshFacts, meshLine } = await import('../report/view/mesh-facts.js');
  return options.quiet ? '' : `${shownFile(file)}: ok\n  ${meshLine(meshFacts(parsed.scenario.mesh))}\n`;
}

/** istiod's settings as they are in force, where the YAML has only those that were set. */
async function settingComments({ scenario }: Parsed & { ok: true }, sets: readonly string[]): Promise<string> {
  const { settingsOf } = await import('../report/view/environment.js');
  return settingsOf(scenario, sets)
    .map(({ name, value, origin }) => `# ${name}=${value.replaceAll(/\s/g, ' ')}  ${origin}\n`)
    .join('');
}

async function written(file: string, parsed: Parsed, sets: readonly string[]): Promise<unknown> {
  const { warnings } = parsed;
  if (!parsed.ok) return { file: shownFile(file), ok: false, issues: parsed.issues, warnings };
  const [{ meshFacts }, { settingsOf }] = await Promise.all([
    import('../report/view/mesh-facts.js'),
    import('../report/view/environment.js'),
  ]);
  const { scenario } = parsed;
  const facts = { mesh: meshFacts(scenario.mesh), environment: settingsOf(scenario, sets) };
  return { file: shownFile(file), ok: true, issues: [], warnings, ...facts };
}
