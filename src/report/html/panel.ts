/** A chart over time, as the page's script draws it. */
import { number } from '../view/format.js';
import type { PodLine } from './recorded-series.js';
import { COLOURS, DASHES } from './style.js';

export interface PanelLine {
  readonly label: string;
  readonly colour: string;
  readonly dash: readonly number[];
  readonly values: readonly (number | null)[];
}

export interface Panel {
  readonly title: string;
  readonly note: string;
  readonly unit: 'count' | 'seconds' | 'cores' | 'bytes';
  readonly log: boolean;
  readonly lines: readonly PanelLine[];
  /** A limit worth seeing: slots, cores. */
  readonly limit?: { readonly label: string; readonly value: number };
}

export interface Panels {
  /** Seconds of simulated time. */
  readonly times: readonly number[];
  readonly panels: readonly Panel[];
}

export function lines(all: readonly (readonly [string, readonly (number | null)[]])[]): readonly PanelLine[] {
  return all.map(([label, values], i) => ({
    label,
    colour: COLOURS[i % COLOURS.length]!,
    dash: DASHES[i % DASHES.length]!,
    values: values.map((value) => (value === null ? null : rounded(value))),
  }));
}

export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/** Of many istiods, those with the highest lines: there are no more colours. */
export function most(pods: readonly PodLine[]): readonly PodLine[] {
  const highest = (values: readonly number[]) => values.reduce((most, value) => Math.max(most, value), 0);
  const sorted = [...pods].sort(([, a], [, b]) => highest(b) - highest(a));
  return sorted.slice(0, COLOURS.length).sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
}

export function shownOf(pods: readonly PodLine[]): string {
  return pods.length <= COLOURS.length ? 'by pod' : `the ${COLOURS.length} highest of ${number(pods.length)} pods`;
}
