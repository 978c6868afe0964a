/** Text that is neither YAML nor a log: CSV of CloudWatch Insights, and tables that say too little. */
import { isObject } from '../framing/piece.js';
import type { Told } from '../observed/sighting.js';
import type { JsonRecords } from './json-records.js';

/** A table of `kubectl get`, whose cells are shortened. */
export function isKubectlTable(line: string): boolean {
  return /^(?:EVENT\s+)?(?:NAMESPACE\s+)?NAME\s+.*\bAGE\b/.test(line) || /^(?:LAST SEEN|EVENT)\s+\w+/.test(line);
}

export const REFUSED_TABLE =
  'a table of kubectl, in which addresses are shortened; collect it with: kubectl get KIND -A --watch --output-watch-events -o json';

export function isGrafanaCsv(line: string): boolean {
  return /^"?Time"?,/.test(line);
}

export const REFUSED_GRAFANA =
  'a CSV of a Grafana panel, whose numbers are rounded; ask Prometheus instead: /api/v1/query_range?query=…';

export function isInsightsCsv(line: string): boolean {
  return /^"?@\w+"?,/.test(line) && line.includes('@message');
}

/** Logs Insights: a header, and rows whose event is quoted, with quotes doubled. */
export class InsightsCsv {
  readonly #told: Told;
  readonly #records: JsonRecords;
  #columns: readonly string[] | undefined;

  constructor(told: Told, records: JsonRecords) {
    this.#told = told;
    this.#records = records;
  }

  line(text: string, number: number): void {
    if (text.trim() === '') return;
    const cells = cellsOf(text);
    if (cells === undefined) {
      this.#told.bad(number, 'a row of CSV ends within quotes');
      return;
    }
    if (this.#columns === undefined) {
      this.#columns = cells;
      return;
    }
    const row = Object.fromEntries(this.#columns.map((name, i) => [name, cells[i] ?? '']));
    this.#records.value(row, number, text);
  }
}

function cellsOf(text: string): string[] | undefined {
  const cells: string[] = [];
  let at = 0;
  while (at <= text.length) {
    if (text[at] !== '"') {
      const end = text.indexOf(',', at);
      cells.push(text.slice(at, end < 0 ? undefined : end));
      if (end < 0) return cells;
      at = end + 1;
      continue;
    }
    let end = at + 1;
    while (end < text.length && !(text[end] === '"' && text[end + 1] !== '"')) end += text[end] === '"' ? 2 : 1;
    if (end >= text.length) return undefined;
    cells.push(text.slice(at + 1, end).replaceAll('""', '"'));
    if (text[end + 1] !== ',') return cells;
    at = end + 2;
  }
  return cells;
}

/** `aws logs tail` and `ts`: something with a time, then the record as JSON. */
export function jsonBehind(text: string): { before: string; value: Record<string, unknown>; text: string } | undefined {
  const brace = text.indexOf('{');
  if (brace <= 0 || brace > 200) return undefined;
  const json = text.slice(brace);
  if (!json.startsWith('{"')) return undefined;
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? { before: text.slice(0, brace), value, text: json } : undefined;
  } catch {
    return undefined;
  }
}
