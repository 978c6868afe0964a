/** How the pictures of experiments are drawn: SVG text, without a browser. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { shownValue } from '../view/sweep-format.js';

export const INK = '#1f2933';
export const MUTED = '#9aa5b1';
export const ACCENT = '#d64545';
const FONT = { fontFamily: 'system-ui, sans-serif', fontSize: '12px', color: INK };

type Options = Parameters<typeof Plot.plot>[0];

export function svg(options: Options): string {
  const { document } = parseHTML('<html><body></body></html>');
  const made = Plot.plot({ document, style: FONT, ...options });
  return (made as unknown as { outerHTML: string }).outerHTML.replace(
    '<svg ',
    '<svg xmlns="http://www.w3.org/2000/svg" ',
  );
}

export const tickFormat = (measure: string) => (value: number) => shownValue(measure, value);
