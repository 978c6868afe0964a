/**
 * Measures of one label: `staleness{source=tenant}.p99`, `bytes{group=istio-system/ingress,type=lds}.max`,
 * `pilot_xds_pushes{type=cds}.total`. There are as many as a run has labels, so a name is understood, not looked up.
 */
import { XDS_TYPES } from '../../istio/xds-types.js';
import type { RunResult } from '../recorder/result.js';
import { statisticOf } from './catalogue.js';
import { type Measure, type MeasureUnit, numberAt } from './measure.js';
import { COUNTERS, STATISTICS } from './metrics.js';

/** What a name says before it is known whether there is such a measure. */
export interface MeasureName {
  readonly metric: string;
  /** Undefined without braces. */
  readonly labels: Readonly<Record<string, string>> | undefined;
  readonly statistic: string;
}

const NAME = /^([A-Za-z_]\w*(?:\.[a-z]\w*(?=[.{]))?)(?:\{([^{}]*)\})?(?:\.(\w+))?$/;
const LABEL = /^\s*([a-z]+)\s*=\s*(?:"([^"]*)"|([^",]*?))\s*$/;

/** Undefined when it is no name at all. */
export function readName(text: string): MeasureName | undefined {
  const [, metric, braces, statistic = ''] = (text.length > 300 ? null : NAME.exec(text)) ?? [];
  if (metric === undefined) return undefined;
  if (braces === undefined) return { metric, labels: undefined, statistic };
  const pairs = (braces.match(/(?:"[^"]*"|[^",])+/g) ?? []).map((pair) => LABEL.exec(pair));
  if (pairs.length === 0 || pairs.some((pair) => pair === null)) return undefined;
  const labels = Object.fromEntries(pairs.map((pair) => [pair![1]!, pair![2] ?? pair![3] ?? '']));
  return { metric, labels, statistic };
}

type Labels = Readonly<Record<string, string>>;

/** Which labels a metric may be asked by, for messages: one of these sets. */
export const LABELLED: Readonly<Record<string, readonly string[]>> = {
  staleness: ['source', 'kind', 'namespace', 'group'],
  staleness_skew: ['between,and'],
  messages: ['group', 'group,type'],
  bytes: ['group', 'group,type'],
  failed_requests: ['service', 'group'],
  ...Object.fromEntries(Object.entries(COUNTERS).map(([name, { labels }]) => [name, [labels.join()]])),
};

/** Which statistics a labelled metric has. */
export function labelledStatistics(metric: string): readonly string[] {
  if (metric === 'bytes') return ['total', 'max', 'mean'];
  return metric.startsWith('staleness') ? STATISTICS : ['total'];
}

/** Undefined when labels or statistic do not fit the metric. */
export function labelledMeasure(name: string, { metric, labels = {}, statistic }: MeasureName): Measure | undefined {
  const allowed = Object.hasOwn(LABELLED, metric) ? LABELLED[metric]! : [];
  const given = Object.keys(labels).sort();
  if (!allowed.some((set) => set.split(',').sort().join() === given.join())) return undefined;
  if (!labelledStatistics(metric).includes(statistic)) return undefined;
  if (metric === 'staleness') return stalenessOf(name, labels, statistic);
  if (metric === 'staleness_skew') return skewOf(name, labels, statistic);
  if (metric === 'messages' || metric === 'bytes') return trafficOf(name, metric, labels, statistic);
  if (metric === 'failed_requests') return failedOf(name, labels);
  return counterOf(name, metric, labels);
}

function stalenessOf(name: string, labels: Labels, statistic: string): Measure {
  const [[label = '', value = ''] = []] = Object.entries(labels);
  const says = `from the write of an object to one proxy using it, of ${label} ${value}`;
  return statisticOf(name, statistic, { unit: 'seconds', says, path: ['staleness', 'by', label, value] });
}

function skewOf(name: string, { between = '', and = '' }: Labels, statistic: string): Measure {
  const pair = [between, and].sort().join(' | ');
  const says = `how far apart ${between} and ${and} get all of a change`;
  return statisticOf(name, statistic, { unit: 'seconds', says, path: ['staleness', 'skew', 'pairs', pair] });
}

/** No message is a total of 0, and no size at all. */
function trafficOf(name: string, metric: string, { group = '', type }: Labels, statistic: string): Measure | undefined {
  if (type !== undefined && !(XDS_TYPES as readonly string[]).includes(type)) return undefined;
  const path = ['traffic', 'groups', group, ...(type === undefined ? [] : ['types', type])];
  const unit: MeasureUnit = metric === 'bytes' ? 'bytes' : 'number';
  const says = `${metric} to ${group}${type === undefined ? '' : ` of type ${type}`}: ${statistic}`;
  const read = (result: RunResult): number | null => {
    const messages = numberAt(result, [...path, 'messages']) ?? 0;
    if (metric === 'messages') return messages;
    const bytes = numberAt(result, [...path, 'bytes']) ?? 0;
    if (statistic === 'total') return bytes;
    if (messages === 0) return null;
    return statistic === 'mean' ? bytes / messages : numberAt(result, [...path, 'largest']);
  };
  return { name, unit, says, read };
}

/** Null where nothing comes and goes. */
function failedOf(name: string, { service, group = '' }: Labels): Measure {
  const path = service === undefined ? ['groups', group] : ['services', service];
  const read = (result: RunResult) =>
    result.fleet === undefined ? null : (numberAt(result, ['fleet', 'dead_requests', ...path, 'failed']) ?? 0);
  const says = `requests to endpoints that were gone, ${service === undefined ? `from ${group}` : `of ${service}`}`;
  return { name, unit: 'number', says, read };
}

function counterOf(name: string, metric: string, labels: Labels): Measure {
  const { says, path, labels: order } = COUNTERS[metric]!;
  const key = order.map((label) => labels[label]).join(' ');
  const read = (result: RunResult) => numberAt(result, [...path, 'by', key]) ?? 0;
  return { name, unit: 'number', says: `${says}: ${key}`, read };
}
