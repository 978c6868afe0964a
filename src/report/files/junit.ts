/** Thresholds as JUnit XML: one suite for each scenario, one case for each threshold. */
import type { Scenario } from '../../scenario/scenario.js';
import { verdictLine } from '../text/terminal.js';
import { withMeans } from '../view/means.js';
import { judge, shownMeasured, type Verdict } from '../view/thresholds.js';
import type { JudgedResult } from './json.js';

export interface Judged {
  readonly scenario: Scenario;
  readonly result: JudgedResult;
}

export function junitXml(runs: readonly Judged[]): string {
  const suites = runs.map(({ scenario, result }) => ({
    scenario,
    result: withMeans(result),
    verdicts: judge(scenario, result),
  }));
  const all = suites.flatMap(({ verdicts }) => verdicts);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="pushsim" ${counts(all)}>`,
    ...suites.flatMap(({ scenario, result, verdicts }) => [
      // Simulated time, so that the file is the same wherever it was made.
      `  <testsuite name="${xml(scenario.name)}" ${counts(verdicts)} time="${result.resources.simulated_s}">`,
      ...verdicts.flatMap((verdict) => testCase(scenario.name, verdict)),
      `    <system-out>${xml(verdictLine(result))}</system-out>`,
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

function counts(verdicts: readonly Verdict[]): string {
  return `tests="${verdicts.length}" failures="${verdicts.filter(({ passed }) => !passed).length}" errors="0"`;
}

function testCase(suite: string, verdict: Verdict): string[] {
  const head = `    <testcase classname="${xml(suite)}" name="${xml(verdict.threshold.text)}" time="0"`;
  if (verdict.passed) return [`${head}/>`];
  const measured = xml(`measured ${shownMeasured(verdict)}`);
  return [`${head}>`, `      <failure message="${measured}"/>`, '    </testcase>'];
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no way to write them.
const NOT_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

export function xml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replaceAll(/[&<>"]/g, (c) => entities[c]!).replaceAll(NOT_IN_XML, '�');
}
