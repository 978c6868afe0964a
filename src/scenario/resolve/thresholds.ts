/** Conditions such as `staleness.p99 < 2s`, over the measures of the catalogue; limits are written with their unit. */
import { findMeasure } from '../../measure/catalogue/find.js';
import type { MeasureUnit } from '../../measure/catalogue/measure.js';
import { printable } from '../document/printable.js';
import type { ThresholdSpec } from '../scenario.js';
import { didYouMean } from '../units/nearest.js';
import { parseBytes, parseQuantity } from '../units/quantities.js';
import { type Parsed, parseDuration } from '../units/units.js';

const CONDITION = /^\s*([A-Za-z_][\w.]*(?:\{[^{}]*\})?[\w.]*)\s*(<=|>=|==|=|<|>)\s*(\S+)\s*$/;
const LONGEST = 400;

export function parseThreshold(asWritten: string): Parsed<ThresholdSpec> {
  const text = printable(asWritten.replace(/\s+/g, ' '));
  const match = text.length > LONGEST ? null : CONDITION.exec(text);
  if (!match) return refused('a condition MEASURE < LIMIT, such as "staleness.p99 < 2s"');
  const [, name = '', comparison = '', written = ''] = match;
  if (comparison === '=') return refused('one of <, <=, >, >=, ==');
  const found = findMeasure(name);
  if (!found.ok) {
    const { expected, near, candidates } = found;
    const list =
      candidates.length > 0 && expected.startsWith('a known') ? `metrics: ${candidates.join(', ')}` : undefined;
    return refused(expected, didYouMean(near, candidates) ?? list);
  }
  const limit = parseLimit(written, found.measure.unit);
  if (!limit.ok) return refused(limit.expected, limit.hint);
  const { metric, statistic } = partsOf(name);
  const value = { text, metric, statistic, comparison: comparison as ThresholdSpec['comparison'], limit: limit.value };
  return { ok: true, value };
}

/** The name of the measure that a condition is about. */
export function measureOf({ metric, statistic }: Pick<ThresholdSpec, 'metric' | 'statistic'>): string {
  return statistic === '' ? metric : `${metric}.${statistic}`;
}

/** At the last dot that is not within braces. */
function partsOf(name: string): Pick<ThresholdSpec, 'metric' | 'statistic'> {
  const [, metric = name, statistic = ''] = /^(.*)\.(\w+)$/.exec(name) ?? [];
  return { metric, statistic };
}

function refused(expected: string, hint?: string): Parsed<never> {
  return { ok: false, expected, ...(hint ? { hint } : {}) };
}

/** @param value in the unit of the limit */
export function meets(value: number, { comparison, limit }: Pick<ThresholdSpec, 'comparison' | 'limit'>): boolean {
  switch (comparison) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    case '==':
      return value === limit;
  }
}

/** In seconds, bytes, a share of one, or as it is. */
export function parseLimit(text: string, unit: MeasureUnit): Parsed<number> {
  if (unit === 'seconds') {
    const parsed = parseDuration(text);
    return parsed.ok ? { ok: true, value: parsed.value / 1e9 } : parsed;
  }
  if (unit === 'bytes') return parseBytes(text);
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text);
  if (unit === 'share' && percent) return { ok: true, value: Number(percent[1]) / 100 };
  const nano = parseQuantity(text);
  if (nano === undefined || nano < 0n || parseDurationLike(text)) {
    return { ok: false, expected: unit === 'share' ? 'a share, such as 80%' : 'a plain number, such as 500' };
  }
  return { ok: true, value: Number(nano) / 1e9 };
}

/** `2m` is a quantity (two thousandths) and never meant as one here. */
function parseDurationLike(text: string): boolean {
  return /[a-z]$/.test(text) && !text.endsWith('k') && !text.endsWith('i');
}
