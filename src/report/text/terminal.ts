/**
 * The report a person reads after `pushsim run`: first the answer in one line, then the four golden signals, the
 * debounce rounds, and what the dashboards do not show. At most 100 columns; colour only when asked for.
 */

import { borrowedFrom } from '../../cost/calibrated/index.js';
import type { RunResult } from '../../measure/recorder/result.js';
import type { Scenario } from '../../scenario/scenario.js';
import { greatest } from '../../stats/extremes.js';
import type { JudgedResult } from '../files/json.js';
import { uncertaintyLines, uncertaintyOfRun } from '../trust/trust.js';
import { settingsOf } from '../view/environment.js';
import { fleetSection } from '../view/fleet.js';
import { count, number, seconds, span } from '../view/format.js';
import { meansNote, withMeans } from '../view/means.js';
import { memoryAlarm } from '../view/memory.js';
import { meshFacts, meshLine } from '../view/mesh-facts.js';
import { readyShort } from '../view/readiness.js';
import { roundsSection } from '../view/rounds.js';
import { errorsSection, latencySection, saturationSection, trafficSection } from '../view/signals.js';
import { stalenessSection } from '../view/staleness.js';
import { judge, shownMeasured, type Verdict } from '../view/thresholds.js';
import { wrapped } from './wrap.js';

export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
}

const paint = (code: string) => (text: string) => `\u001b[${code}m${text}\u001b[0m`;
const plain = (text: string) => text;

export const COLOUR: Style = { bold: paint('1'), dim: paint('2'), good: paint('32'), bad: paint('31') };
export const PLAIN: Style = { bold: plain, dim: plain, good: plain, bad: plain };

/** The whole report, ending in a newline. */
export function terminalReport(
  scenario: Scenario,
  judged: JudgedResult,
  style: Style = PLAIN,
  sets: readonly string[] = [],
): string {
  const result = withMeans(judged);
  const sections: { readonly title: string; readonly lines: readonly string[] }[] = [
    { title: 'Latency: what istiod measures', lines: latencySection(result) },
    { title: 'Latency: what the change itself saw', lines: stalenessSection(result) },
    { title: 'Traffic', lines: trafficSection(scenario, result) },
    { title: 'Errors', lines: errorsSection(result) },
    { title: 'Saturation', lines: saturationSection(scenario, result) },
    ...(result.fleet === undefined
      ? []
      : [{ title: 'Fleet: pods, connections, istiods', lines: fleetSection(result.fleet) }]),
    { title: 'Debounce rounds', lines: roundsSection(result.rounds) },
    { title: 'Settings in force', lines: settingLines(scenario, sets) },
    ...worthSection(scenario, result),
  ];
  const alarm = memoryAlarm(result);
  const lines = [...heading(scenario, result, style), '', style.bold(verdictLine(result))];
  if (alarm !== undefined) lines.push(...wrapped(alarm, 100).map(style.bad));
  for (const { title, lines: body } of sections)
    lines.push('', style.bold(title), ...body.map((line) => line && `  ${line}`));
  const verdicts = judge(scenario, result);
  if (verdicts.length > 0)
    lines.push('', style.bold('Thresholds'), ...thresholdLines(verdicts, style).map((line) => `  ${line}`));
  return `${lines.join('\n')}\n`;
}

function heading(scenario: Scenario, result: JudgedResult, style: Style): string[] {
  const { resources } = result;
  const facts = [
    `istiod ${scenario.istio}`,
    count(scenario.istiod.cpuCores, 'core'),
    scenario.istiod.xds,
    count(resources.proxies, 'proxy', 'proxies'),
    `${span(resources.simulated_s)} simulated`,
    `seed ${scenario.run.seed}`,
  ];
  const note = meansNote(result);
  const borrowed = scenario.costs.model === 'mesh' ? borrowedFrom(scenario.istio) : undefined;
  return [
    style.bold(scenario.name),
    ...wrapped(scenario.description, 100),
    ...wrapped(facts.join(' · '), 100).map(style.dim),
    ...wrapped(meshLine(meshFacts(scenario.mesh)), 100).map(style.dim),
    ...(borrowed === undefined ? [] : [style.dim(`CPU costs of ${borrowed}, the nearest release measured`)]),
    ...(note === '' ? [] : [style.dim(note)]),
  ];
}

/** The two numbers by which istiod is tuned, on one line; where proxies start without configuration, when they have it. */
export function verdictLine(result: RunResult): string {
  const { metrics, resources } = result;
  const { pilot_proxy_convergence_time: convergence } = metrics;
  const ready = readyShort(result);
  const idle = ready === undefined ? ', nothing to converge' : '';
  const p99 = convergence.count === 0 ? idle : `, p99 convergence ${seconds(convergence.p99)}`;
  const pushes = `push count ${number(metrics.pilot_xds_pushes.total)}${p99} in ${span(resources.simulated_s)}`;
  return ready === undefined ? pushes : `${ready}; ${pushes}`;
}

/** Nothing where costs are plain numbers. */
function worthSection(scenario: Scenario, result: RunResult) {
  const uncertainty = uncertaintyOfRun(scenario, result);
  return uncertainty === undefined ? [] : [{ title: 'How far to trust it', lines: uncertaintyLines(uncertainty) }];
}

/** `PILOT_DEBOUNCE_AFTER=100ms (default of 1.30)`, one on a line. */
function settingLines(scenario: Scenario, sets: readonly string[]): string[] {
  const settings = settingsOf(scenario, sets);
  const width = greatest(settings.map(({ name }) => name.length));
  const value = greatest(settings.map(({ value: text }) => text.length));
  return settings.map((setting) => `${setting.name.padEnd(width)}  ${setting.value.padEnd(value)}  ${setting.origin}`);
}

/** One line for each threshold: a mark, the condition, what was measured. */
export function thresholdLines(verdicts: readonly Verdict[], style: Style = PLAIN): string[] {
  const width = Math.max(0, ...verdicts.map(({ threshold }) => threshold.text.length));
  return verdicts.map((verdict) => {
    const mark = verdict.passed ? style.good('✓') : style.bad('✗');
    return `${mark} ${verdict.threshold.text.padEnd(width)}  ${shownMeasured(verdict)}`;
  });
}
