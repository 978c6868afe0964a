/** `pushsim calibrate --from …`: costs of one's own istiod. */
import { renameSync, writeFileSync } from 'node:fs';
import { InputError, issuesText, loadScenario, OK, warningsText } from './common.js';
import { sourceOf } from './import.js';

export interface CalibrateFromArguments {
  readonly from: readonly string[];
  readonly scenario: string | undefined;
  readonly out: string | undefined;
}

export async function calibrateFrom({ from, scenario, out }: CalibrateFromArguments): Promise<number> {
  const parsed = scenario === undefined ? undefined : await loadScenario(scenario, []);
  if (parsed !== undefined) process.stderr.write(await warningsText(parsed.warnings));
  if (parsed !== undefined && !parsed.ok) throw new InputError(await issuesText(parsed.issues));
  const [{ Gathered }, { readInputs }, { costsFrom }, { costsYaml, observedCostsReport }] = await Promise.all([
    import('../import/gathered.js'),
    import('../import/read-inputs.js'),
    import('../experiment/calibrate/from-observed.js'),
    import('../report/text/observed-costs.js'),
  ]);
  const observed = new Gathered();
  try {
    await readInputs(from.map(sourceOf), observed, undefined);
  } finally {
    observed.history.close();
  }
  for (const { file, line, what } of observed.badRecords) process.stderr.write(`${file}:${line}: ${what}\n`);
  const found = costsFrom(observed, parsed?.scenario);
  if (found.costs.length === 0)
    throw new InputError(`${from.join(', ')}: neither metrics of pushes nor messages in it`);
  process.stdout.write(observedCostsReport(found));
  const yaml = costsYaml(found);
  if (out === undefined) process.stdout.write(`\n${yaml}`);
  else {
    writeFileSync(`${out}.tmp`, yaml);
    renameSync(`${out}.tmp`, out);
  }
  return OK;
}
