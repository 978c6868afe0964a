/** The charts over time: what the page's script draws with uPlot. Numbers keep four digits; that is what can be seen. */
import type { Recording } from '../../measure/recorder/recording.js';
import { type ExposedFamily, exposedFamilies } from '../files/exposition.js';
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

export function timePanels(recording: Recording, limits: { readonly slots: number; readonly cores: number }): Panels {
  const { rows } = recording;
  const families = exposedFamilies(recording);
  const seconds = rows.map(({ at }) => at / 1e9);
  const rate = (values: readonly number[]) =>
    values.map((value, i) => (i === 0 ? 0 : (value - values[i - 1]!) / (seconds[i]! - seconds[i - 1]! || 1)));
  const find = (name: string): ExposedFamily | undefined => families.find(({ family }) => family.name === name);
  const all = (name: string) =>
    (find(name)?.groups ?? []).flatMap(([series]) => (series === undefined ? [] : [series]));
  const pushes = [...all('pilot_xds_pushes')].sort((a, b) => (a.labels.type! < b.labels.type! ? -1 : 1));
  const events = [...all('pilot_inbound_updates')].sort((a, b) => (a.labels.type! < b.labels.type! ? -1 : 1));
  const quantiles = (of: 'convergence' | 'staleness', q: number) =>
    rows.map((row) => {
      const value = row[of].quantile(q);
      return value === undefined ? null : value / 1e9;
    });
  const panels: Panel[] = [
    {
      title: 'Messages sent per second',
      note: 'by xDS type',
      unit: 'count',
      log: false,
      lines: lines(pushes.map(({ labels, values }) => [labels.type!, rate(values)])),
    },
    {
      title: 'Updates received per second',
      note: 'by entry point, before the debounce',
      unit: 'count',
      log: false,
      lines: lines(events.map(({ labels, values }) => [labels.type!, rate(values)])),
    },
    {
      title: 'Proxies waiting, slots in use',
      note: 'highest within each interval',
      unit: 'count',
      log: false,
      lines: lines([
        ['waiting in the queue', rows.map(({ queuePeak }) => queuePeak)],
        ['slots in use', rows.map(({ slotsPeak }) => slotsPeak)],
      ]),
      limit: { label: `throttle ${limits.slots}`, value: limits.slots },
    },
    {
      title: 'CPU in use',
      note: 'cores, averaged over each interval',
      unit: 'cores',
      log: false,
      lines: lines(all('process_cpu_seconds_total').map(({ values }) => ['istiod', rate(values)])),
      limit: { label: `${limits.cores} available`, value: limits.cores },
    },
    {
      title: 'Convergence: what istiod measures',
      note: 'pilot_proxy_convergence_time',
      unit: 'seconds',
      log: true,
      lines: lines([
        ['p50', quantiles('convergence', 0.5)],
        ['p99', quantiles('convergence', 0.99)],
      ]),
    },
    {
      title: 'Staleness: what the change saw',
      note: 'from the write of an object to a proxy using it',
      unit: 'seconds',
      log: true,
      lines: lines([
        ['p50', quantiles('staleness', 0.5)],
        ['p99', quantiles('staleness', 0.99)],
      ]),
    },
  ];
  return { times: seconds.map(rounded), panels };
}

function lines(all: readonly (readonly [string, readonly (number | null)[]])[]): readonly PanelLine[] {
  return all.map(([label, values], i) => ({
    label,
    colour: COLOURS[i % COLOURS.length]!,
    dash: DASHES[i % DASHES.length]!,
    values: values.map((value) => (value === null ? null : rounded(value))),
  }));
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
