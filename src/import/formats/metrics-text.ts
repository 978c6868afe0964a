/** Prometheus text and OpenMetrics, and `promtool tsdb dump`: one sample a line. */
import type { Told } from '../observed/sighting.js';

const SAMPLE = /^([A-Za-z_:][\w:]*)?\s*(?:\{(.*)\})?\s+(\S+)(?:\s+(-?[\d.]+(?:e[+-]?\d+)?))?(?:\s+#.*)?$/;

export class MetricsReader {
  readonly #told: Told;

  constructor(told: Told) {
    this.#told = told;
  }

  static fits(line: string): boolean {
    return (
      /^# (?:HELP|TYPE|UNIT) \S+/.test(line) ||
      /^(?:pilot|istiod|citadel|galley|go|process)_\w+(?:\{.*\})? \S+/.test(line) ||
      /^\{__name__="/.test(line)
    );
  }

  line(text: string, number: number): void {
    if (text.trim() === '' || text.startsWith('#')) return;
    const parts = SAMPLE.exec(text);
    const labels = parts === null ? undefined : labelsOf(parts[2] ?? '');
    const value = numberOf(parts?.[3] ?? '');
    const { __name__: named, ...rest } = labels ?? {};
    const name = parts?.[1] ?? named;
    if (labels === undefined || name === undefined || value === undefined) {
      this.#told.bad(number, 'a metric was expected: name{label="value"} number');
      return;
    }
    if (Number.isNaN(value)) this.#told.ignored(`${name} NaN`, 'not a number');
    else this.#told.sample(name, rest, value, timeOf(parts?.[4]));
  }
}

/** Milliseconds in text and promtool, seconds in OpenMetrics. */
function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = Number(text);
  return Math.round(time > 1e11 ? time * 1000 : time * 1e6);
}

function numberOf(text: string): number | undefined {
  if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  if (text === 'NaN') return Number.NaN;
  const value = Number(text);
  return text === '' || Number.isNaN(value) ? undefined : value;
}

function labelsOf(text: string): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  let rest = text.trim();
  while (rest !== '') {
    const match = /^([A-Za-z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,\s*|$)/.exec(rest);
    if (match === null) return undefined;
    labels[match[1]!] = match[2]!.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c));
    rest = rest.slice(match[0].length);
  }
  return labels;
}
