/** `pushsim verify SCENARIO --against …`: the replay beside what istiod told. */
import { InputError, issuesText, loadScenario, OK, THRESHOLD_FAILED, UsageError, warningsText } from './common.js';
import { sourceOf } from './import.js';

export interface AgainstArguments {
  readonly scenario: string | undefined;
  readonly against: readonly string[];
  readonly set: readonly string[] | undefined;
  readonly json: boolean;
}

export async function verifyAgainstFiles({ scenario, against, set, json }: AgainstArguments): Promise<number> {
  if (scenario === undefined)
    throw new UsageError('--against compares with a scenario: pushsim verify mine/cluster.yaml --against istiod.log');
  const parsed = await loadScenario(scenario, set ?? []);
  process.stderr.write(await warningsText(parsed.warnings));
  if (!parsed.ok) throw new InputError(await issuesText(parsed.issues));
  const [{ Gathered }, { readInputs }, { verifyAgainst }, { isWithin }, { againstReport }] = await Promise.all([
    import('../import/gathered.js'),
    import('../import/read-inputs.js'),
    import('../experiment/verify/against.js'),
    import('../experiment/verify/against-row.js'),
    import('../report/text/against.js'),
  ]);
  const observed = new Gathered();
  try {
    await readInputs(against.map(sourceOf), observed, undefined);
  } finally {
    observed.history.close();
  }
  for (const { file, line, what } of observed.badRecords) process.stderr.write(`${file}:${line}: ${what}\n`);
  if (observed.samples.length === 0 && observed.logs.every(({ rounds }) => rounds.length === 0))
    throw new InputError(`${against.join(', ')}: no push rounds and no metrics of istiod in it`);
  const result = verifyAgainst(parsed.scenario, observed);
  process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : againstReport(result));
  return result.rows.every(isWithin) ? OK : THRESHOLD_FAILED;
}
