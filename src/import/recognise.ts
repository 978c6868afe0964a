/** Which format a text is in, by how it begins. What is in JSON, each record tells for itself. */
import { IstiodLog } from './formats/istiod-log.js';
import { ProxyStatusReader } from './formats/listed-proxies.js';
import { MetricsReader } from './formats/metrics-text.js';
import { isGrafanaCsv, isInsightsCsv, isKubectlTable } from './formats/tables.js';

export const FORMATS = [
  'json',
  'yaml',
  'load-test',
  'metrics',
  'proxy-status',
  'insights-csv',
  'kubectl-table',
  'grafana-csv',
  'unknown',
  'empty',
] as const;

export type FormatName = (typeof FORMATS)[number];

const YAML = /^(?:---|%YAML|#|- |[A-Za-z][\w./-]*:(?:\s|$)|\{\{)/;

/** @param start the first part of the text; more than one line of it may be needed */
export function recognise(start: string): FormatName {
  const lines = start.split('\n').map((line) => line.replace(/\r$/, ''));
  const first = lines.find((line) => line.trim() !== '') ?? '';
  if (first === '') return 'empty';
  const some = lines.slice(0, 200);
  if (
    some.some((line) => MetricsReader.fits(line)) &&
    !some.some((line) => /^(?:apiVersion|kind|jobs|namespaces):/.test(line))
  )
    return 'metrics';
  if (/^\s*\{\s*(?:["}]|$)/.test(first) || /^\s*\[\s*(?:[[{"\]]|$)/.test(first)) return 'json';
  if (ProxyStatusReader.fits(first)) return 'proxy-status';
  if (isInsightsCsv(first)) return 'insights-csv';
  if (isGrafanaCsv(first)) return 'grafana-csv';
  if (isKubectlTable(first)) return 'kubectl-table';
  const isYaml = YAML.test(first);
  if (/^(?:apiVersion|kind|items):/.test(first) || (first.startsWith('---') && !start.includes('{{'))) return 'yaml';
  if (/^\s*\{(?!\{)/.test(first) || some.some((line) => IstiodLog.fits(line))) return 'json';
  if (some.some((line) => /^[\d[].{0,200}?\{"/.test(line))) return 'json';
  if (first.startsWith('- ') && some.some((line) => line.startsWith('{'))) return 'json';
  if ((!isYaml || first.startsWith('{{')) && some.some((line) => /^\s*\{\s*(?:"|$)/.test(line))) return 'json';
  // A template is rendered, as far as load tests need it, before it is read.
  if (isYaml && start.includes('{{') && /^(?:jobs|steps|tuningSets|namespaces|global|name):/m.test(start))
    return 'load-test';
  return isYaml ? 'yaml' : 'unknown';
}
