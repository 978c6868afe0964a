/** Numbers as people read them. Fixed rules, no locale: the same number is the same text everywhere. */

/** Three significant digits with the unit that needs fewest zeros: `1.25 s`, `48.1 ms`, `830 µs`. */
export function seconds(value: number): string {
  if (value === 0) return '0 s';
  const size = Math.abs(value);
  // Compared after rounding, so that 0.9996 s is `1.00 s` and not `1000 ms`.
  if (size >= 119.5) return `${minutes(value)}`;
  if (size >= 0.9995) return `${digits(value)} s`;
  if (size >= 0.0009995) return `${digits(value * 1e3)} ms`;
  if (size >= 0.0000009995) return `${digits(value * 1e6)} µs`;
  return `${digits(value * 1e9)} ns`;
}

function minutes(value: number): string {
  const total = Math.round(value);
  const parts = [Math.floor(total / 3600), Math.floor((total % 3600) / 60), total % 60];
  const [h = 0, m = 0, s = 0] = parts;
  return h > 0 ? `${h}h ${String(m).padStart(2, '0')}m` : `${m}m ${String(s).padStart(2, '0')}s`;
}

/** A length of simulated time, without digits that say nothing: `60 s`, `2m 00s`, `1.5 s`. */
export function span(value: number): string {
  return Number.isInteger(value) && value < 120 ? `${value} s` : seconds(value);
}

/** `512 B`, `20.5 KiB`, `1.25 GiB`. */
export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let size = value;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return unit === 0 ? `${Math.round(value)} B` : `${digits(size)} ${units[unit]}`;
}

/** `12,345`; fractions of small numbers are kept to three digits. */
export function number(value: number): string {
  if (!Number.isInteger(value)) return Math.abs(value) < 1000 ? digits(value) : number(Math.round(value));
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

export function percent(fraction: number): string {
  const value = fraction * 100;
  return `${value >= 10 ? Math.round(value) : value.toFixed(1)} %`;
}

export function count(n: number, one: string, many = `${one}s`): string {
  return `${number(n)} ${n === 1 ? one : many}`;
}

function digits(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
}

const BLOCKS = '▁▂▃▄▅▆▇█';

/** Heights from zero to the largest value; more values than `width` share a column, which shows their largest. */
export function sparkline(values: readonly number[], width: number): string {
  const columns = Math.min(width, values.length);
  const tallest = values.reduce((a, b) => Math.max(a, b), 0);
  let text = '';
  for (let i = 0; i < columns; i++) {
    const from = Math.floor((i * values.length) / columns);
    const to = Math.floor(((i + 1) * values.length) / columns);
    const top = values.slice(from, to).reduce((a, b) => Math.max(a, b), 0);
    text += BLOCKS[tallest === 0 ? 0 : Math.round((top / tallest) * (BLOCKS.length - 1))];
  }
  return text;
}

/** A bar of `width` columns, filled from 0 to 1; anything above zero shows. */
export function bar(fraction: number, width: number): string {
  const exact = Math.max(0, Math.min(1, fraction)) * width;
  const full = exact > 0 ? Math.max(1, Math.round(exact)) : 0;
  return '█'.repeat(full) + '░'.repeat(width - full);
}
