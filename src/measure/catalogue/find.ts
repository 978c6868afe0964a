/** From a name that somebody wrote to the measure, or to what is wrong with it. */
import { CATALOGUE } from './catalogue.js';
import { LABELLED, labelledMeasure, labelledStatistics, readName } from './labelled.js';
import type { Measure } from './measure.js';

export type FoundMeasure =
  | { readonly ok: true; readonly measure: Measure }
  | { readonly ok: false; readonly expected: string; readonly candidates: readonly string[]; readonly near: string };

/** Names of metrics without a label: the part before the last dot, or the word. */
export const METRICS: readonly string[] = [...new Set([...CATALOGUE.keys()].map(metricOf))];

export function findMeasure(text: string): FoundMeasure {
  const known = CATALOGUE.get(text);
  if (known !== undefined) return { ok: true, measure: known };
  const name = readName(text);
  if (name === undefined)
    return { ok: false, expected: 'a measure METRIC.STATISTIC, such as staleness.p99', candidates: [], near: text };
  const { metric, labels, statistic } = name;
  if (labels !== undefined) {
    const measure = labelledMeasure(text, name);
    return measure === undefined ? badLabels(metric, statistic) : { ok: true, measure };
  }
  if (!METRICS.includes(metric))
    return { ok: false, expected: `a known metric, not ${metric}`, candidates: METRICS, near: metric };
  const statistics = [...CATALOGUE.keys()]
    .filter((each) => metricOf(each) === metric && each !== metric)
    .map((each) => each.slice(metric.length + 1));
  const expected =
    statistics.length === 0
      ? `${metric} without a statistic`
      : `a statistic of ${metric} (${statistics.join(', ')})${statistic === '' ? '' : `, not ${statistic}`}`;
  return { ok: false, expected, candidates: statistics, near: statistic };
}

function badLabels(metric: string, statistic: string): FoundMeasure {
  if (!Object.hasOwn(LABELLED, metric)) {
    const candidates = Object.keys(LABELLED);
    return { ok: false, expected: `a metric that has labels, not ${metric}`, candidates, near: metric };
  }
  const shapes = LABELLED[metric]!.map((set) => `{${set.replaceAll(/\w+/g, '$&=…')}}`);
  const statistics = labelledStatistics(metric);
  const expected = `${metric}${shapes.join(' or ')} and a statistic (${statistics.join(', ')})`;
  return { ok: false, expected, candidates: statistics.includes(statistic) ? [] : statistics, near: statistic };
}

function metricOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? name : name.slice(0, dot);
}
