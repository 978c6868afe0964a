/** The gate of `pushsim compare` as JUnit XML: one suite for each scenario judged, one case for each condition. */
import type { GateResult } from '../../experiment/gate.js';
import { shownGateMeasure } from '../view/gate.js';
import { xml } from './junit.js';

/** @param failsUncertain whether what cannot be said counts as failed; otherwise it is skipped */
export function comparisonJunit(
  gate: readonly GateResult[],
  names: readonly string[],
  failsUncertain: boolean,
): string {
  const isFailure = ({ verdict }: GateResult) => verdict === 'failed' || (failsUncertain && verdict !== 'passed');
  const isSkipped = (result: GateResult) => result.verdict === 'cannot be said' && !failsUncertain;
  const counts = (of: readonly GateResult[]) =>
    `tests="${of.length}" failures="${of.filter(isFailure).length}" errors="0" skipped="${of.filter(isSkipped).length}"`;
  const testCase = (result: GateResult): string[] => {
    const { condition, name, verdict, why } = result;
    const head = `    <testcase classname="${xml(name)}" name="${xml(condition.text)}" time="0"`;
    if (verdict === 'passed') return [`${head}/>`];
    const message = xml([shownGateMeasure(result), verdict, why].filter((text) => text !== '').join('; '));
    const tag = isFailure(result) ? 'failure' : 'skipped';
    return [`${head}>`, `      <${tag} message="${message}"/>`, '    </testcase>'];
  };
  const suites = names.slice(1).flatMap((name) => {
    const own = gate.filter((result) => result.name === name);
    return [`  <testsuite name="${xml(name)}" ${counts(own)} time="0">`, ...own.flatMap(testCase), '  </testsuite>'];
  });
  const head = `<testsuites name="pushsim compare" ${counts(gate)}>`;
  return ['<?xml version="1.0" encoding="UTF-8"?>', head, ...suites, '</testsuites>', ''].join('\n');
}
