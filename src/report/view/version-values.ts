/** Values of the figures two versions are compared by, and differences with their sign. */
import type { FigureName } from '../../experiment/verify/version-figures.js';
import { bytes, number, seconds } from './format.js';

export function valueText({ unit }: FigureName, value: number): string {
  if (unit === 'bytes') return bytes(value);
  return unit === 'seconds' ? seconds(value) : number(value);
}

/** With the sign people write. */
export function signed(value: number, text: (size: number) => string): string {
  if (value === 0) return text(0);
  return `${value < 0 ? '−' : '+'}${text(Math.abs(value))}`;
}
