/** What holds for every input: it is refused with a place, or it runs to its end; nothing else. */
import { isDeepStrictEqual } from 'node:util';
import { simulate } from '../../../src/fleet/run.js';
import { prettyIssue, type ScenarioIssue } from '../../../src/scenario/document/issues.js';
import { parseScenario } from '../../../src/scenario/load.js';
import { resolvedYaml } from '../../../src/scenario/resolve/resolved-yaml.js';
import type { Scenario } from '../../../src/scenario/scenario.js';
import type { Input } from './scenarios.js';

export type Fate = 'refused' | 'accepted' | 'simulated';

/** What includes hold. */
const INSIDE = '- { name: inside, namespace: shop }\n';

function readFile(path: string): string {
  if (path.endsWith('inside.yaml')) return INSIDE;
  throw new Error('no such file');
}

/**
 * @param mostEvents simulate only what has about so many events at most
 * @returns Errors: what a user would call a bug
 */
export function fateOf(input: Input, mostEvents: number): Fate {
  const { text, sets } = input;
  const parsed = parseScenario(text, { file: 'campaign.yaml', sets, readFile });
  for (const issue of [...parsed.warnings, ...(parsed.ok ? [] : parsed.issues)]) requirePlace(issue, sets);
  if (!parsed.ok) {
    if (parsed.issues.length === 0) throw new Error('refused without a reason');
    return 'refused';
  }
  const { scenario } = parsed;
  if (scenario.mesh.services.length + scenario.mesh.proxies.length < 100) requireReadsBack(scenario);
  if (roughEvents(scenario) > mostEvents) return 'accepted';
  const { fingerprint } = simulated(scenario);
  if (fingerprint === '') throw new Error('no fingerprint');
  return 'simulated';
}

function requirePlace(issue: ScenarioIssue, sets: readonly string[]): void {
  const least = sets.length > 0 ? 0 : 1;
  if (!(issue.line >= least) || issue.expected === '') throw new Error(`not located: ${JSON.stringify(issue)}`);
  const shown = prettyIssue(issue);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be there
  if (/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(shown))
    throw new Error(`not printable: ${JSON.stringify(shown)}`);
}

function requireReadsBack(scenario: Scenario): void {
  const again = parseScenario(resolvedYaml(scenario), { file: 'campaign.yaml', readFile });
  if (!again.ok) throw new Error(`resolved form is refused: ${again.issues.map(prettyIssue).join('\n')}`);
  if (!isDeepStrictEqual(again.scenario, scenario)) throw new Error('resolved form says something else');
}

/** What the clock cannot hold is the user's to mend; all else is a bug. */
function simulated(scenario: Scenario): { readonly fingerprint: string } {
  try {
    return simulate(scenario);
  } catch (error) {
    if (error instanceof Error && error.name === 'ClockError') return { fingerprint: 'beyond the clock' };
    throw error;
  }
}

/** Messages, about: enough to leave out what would take minutes. */
export function roughEvents({ mesh, events, run, fleet, timeline, costs }: Scenario): number {
  if (timeline !== undefined) return Number.POSITIVE_INFINITY;
  const proxies = mesh.proxies.reduce((sum, { count }) => sum + count, 0);
  const endpoints = mesh.services.reduce((sum, service) => sum + service.endpoints, 0);
  let writes = 0;
  for (const { when, what } of events) {
    const each = what.do === 'create' ? what.kinds.length : what.do === 'apply' ? what.objects.length : 1;
    if (when.kind === 'poisson') writes += (each * (Math.min(when.until, run.duration) - when.at)) / when.meanGap;
    else writes += each * (when.every > 0 ? Math.min(when.count, run.duration / when.every) : when.count);
  }
  const steady = fleet === undefined ? 0 : run.duration / 1e7;
  const slow = costs.speed < 0.01 ? Number.POSITIVE_INFINITY : 0;
  return (proxies + 1) * (writes + 1) + endpoints + mesh.services.length + steady + slow;
}
