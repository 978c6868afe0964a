/**
 * The report a person reads after `pushsim run`: first the answer in one line, then the four golden signals, the
 * debounce rounds, and what the dashboards do not show. At most 100 columns; colour only when asked for.
 */
import type { RunResult } from '../../measure/recorder/result.js';
import type { Scenario } from '../../scenario/scenario.js';
import type { JudgedResult } from '../files/json.js';
import { fleetSection } from '../view/fleet.js';
import { count, number, seconds, span } from '../view/format.js';
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
export function terminalReport(scenario: Scenario, result: JudgedResult, style: Style = PLAIN): string {
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
  ];
  const lines = [...heading(scenario, result, style), '', style.bold(verdictLine(result))];
  for (const { title, lines: body } of sections)
    lines.push('', style.bold(title), ...body.map((line) => line && `  ${line}`));
  if (scenario.thresholds.length > 0) {
    lines.push(
      '',
      style.bold('Thresholds'),
      ...thresholdLines(judge(scenario, result), style).map((line) => `  ${line}`),
    );
  }
  return `${lines.join('\n')}\n`;
}

function heading(scenario: Scenario, { resources }: RunResult, style: Style): string[] {
  const facts = [
    `istiod ${scenario.istio}`,
    count(scenario.istiod.cpuCores, 'core'),
    scenario.istiod.xds,
    count(resources.proxies, 'proxy', 'proxies'),
    `${span(resources.simulated_s)} simulated`,
    `seed ${scenario.run.seed}`,
  ];
  return [style.bold(scenario.name), ...wrapped(scenario.description, 100), style.dim(facts.join(' · '))];
}

/** The two numbers by which istiod is tuned, on one line. */
export function verdictLine({ metrics, resources }: RunResult): string {
  const { pilot_proxy_convergence_time: convergence } = metrics;
  const p99 = convergence.count === 0 ? 'nothing to converge' : `p99 convergence ${seconds(convergence.p99)}`;
  return `push count ${number(metrics.pilot_xds_pushes.total)}, ${p99} in ${span(resources.simulated_s)}`;
}

/** One line for each threshold: a mark, the condition, what was measured. */
export function thresholdLines(verdicts: readonly Verdict[], style: Style = PLAIN): string[] {
  const width = Math.max(0, ...verdicts.map(({ threshold }) => threshold.text.length));
  return verdicts.map((verdict) => {
    const mark = verdict.passed ? style.good('✓') : style.bad('✗');
    return `${mark} ${verdict.threshold.text.padEnd(width)}  ${shownMeasured(verdict)}`;
  });
}
