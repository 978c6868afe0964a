/** `pushsim compare --releases 1.24,1.30 SCENARIO`: what does an upgrade change on this mesh, and which rule does it? */
import type { Scenario } from '../scenario/scenario.js';
import { InputError, issuesText, loadScenario, OK, readScenarioFile, UsageError, warningsText } from './common.js';
import { requireRelease } from './releases.js';

export interface CompareReleasesCommand {
  readonly scenario: readonly string[];
  readonly releases: string;
  readonly set: readonly string[] | undefined;
  readonly seed: string | undefined;
  readonly replications: number;
  readonly json: boolean;
  readonly quiet: boolean;
}

export async function compareReleasesOf(command: CompareReleasesCommand): Promise<number> {
  const names = command.releases.split(',').map((name) => requireRelease(name.trim()));
  const [from, to] = names;
  if (names.length !== 2 || from === undefined || to === undefined || from === to)
    throw new UsageError(`--releases takes two releases, such as --releases 1.24,1.30; not ${command.releases}`);
  const [file, ...others] = command.scenario;
  if (file === undefined || others.length > 0) throw new UsageError('--releases takes one scenario');
  const text = readScenarioFile(file);
  const first = await scenarioAs(from, file, text, command);
  const second = await scenarioAs(to, file, text, command);
  const { compareReleases } = await import('../experiment/compare-releases.js');
  const { upgradeText, upgradeVerdict } = await import('../report/text/upgrade.js');
  const { upgradeJson } = await import('../report/files/upgrade-json.js');
  const tells = process.stderr.isTTY && !command.quiet;
  const compared = compareReleases([first, second], {
    replications: command.replications,
    onRun: (runs) => {
      if (tells) process.stderr.write(`\r\x1b[K${runs} simulations`);
    },
  });
  if (tells) process.stderr.write('\r\x1b[K');
  const upgrade = { scenario: first.name, releases: [from, to] as const, compared };
  const shown = command.json ? upgradeJson : command.quiet ? upgradeVerdict : upgradeText;
  process.stdout.write(shown(upgrade));
  return OK;
}

async function scenarioAs(
  release: string,
  file: string,
  text: string,
  { set = [], seed, quiet }: CompareReleasesCommand,
): Promise<Scenario> {
  const seeds = seed === undefined ? [] : [`run.seed=${JSON.stringify(seed)}`];
  const parsed = await loadScenario(file, [...set, `istio=${JSON.stringify(release)}`, ...seeds], text);
  if (!parsed.ok) throw new InputError(await issuesText(parsed.issues));
  if (!quiet) process.stderr.write(await warningsText(parsed.warnings));
  return parsed.scenario;
}
