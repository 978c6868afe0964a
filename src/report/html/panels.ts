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

export interface PanelLimits {
  readonly slots: number;
  readonly cores: number;
}

export function timePanels(recording: Recording, limits: PanelLimits): Panels {
  const series = new RecordedSeries(recording);
  const panels = [...ratePanels(series), ...usagePanels(series, limits), ...delayPanels(series)];
  return { times: series.seconds.map(rounded), panels };
}

/** A recording as lines over time: one value for each row. */
class RecordedSeries {
  readonly rows: Recording['rows'];
  /** Of simulated time. */
  readonly seconds: readonly number[];
  private readonly families: readonly ExposedFamily[];

  constructor(recording: Recording) {
    this.rows = recording.rows;
    this.seconds = this.rows.map(({ at }) => at / 1e9);
    this.families = exposedFamilies(recording);
  }

  /** The first series of each group of a family; none if the family is not exposed. */
  of(name: string) {
    const found = this.families.find(({ family }) => family.name === name);
    return (found?.groups ?? []).flatMap(([series]) => (series === undefined ? [] : [series]));
  }

  /** Of a counter. */
  rate(values: readonly number[]): readonly number[] {
    const { seconds } = this;
    return values.map((value, i) => (i === 0 ? 0 : (value - values[i - 1]!) / (seconds[i]! - seconds[i - 1]! || 1)));
  }

  ratesByType(name: string): readonly PanelLine[] {
    const sorted = [...this.of(name)].sort((a, b) => (a.labels.type! < b.labels.type! ? -1 : 1));
    return lines(sorted.map(({ labels, values }) => [labels.type!, this.rate(values)]));
  }

  /** In seconds; null where there is no sample. */
  quantiles(of: 'convergence' | 'staleness'): readonly PanelLine[] {
    const valuesOf = (q: number) =>
      this.rows.map((row) => {
        const value = row[of].quantile(q);
        return value === undefined ? null : value / 1e9;
      });
    return lines([
      ['p50', valuesOf(0.5)],
      ['p99', valuesOf(0.99)],
    ]);
  }
}

function ratePanels(series: RecordedSeries): readonly Panel[] {
  return [
    {
      title: 'Messages sent per second',
      note: 'by xDS type',
      unit: 'count',
      log: false,
      lines: series.ratesByType('pilot_xds_pushes'),
    },
    {
      title: 'Updates received per second',
      note: 'by entry point, before the debounce',
      unit: 'count',
      log: false,
      lines: series.ratesByType('pilot_inbound_updates'),
    },
  ];
}

function usagePanels(series: RecordedSeries, { slots, cores }: PanelLimits): readonly Panel[] {
  const cpu = series.of('process_cpu_seconds_total');
  return [
    {
      title: 'Proxies waiting, slots in use',
      note: 'highest within each interval',
      unit: 'count',
      log: false,
      lines: lines([
        ['waiting in the queue', series.rows.map(({ queuePeak }) => queuePeak)],
        ['slots in use', series.rows.map(({ slotsPeak }) => slotsPeak)],
      ]),
      limit: { label: `throttle ${slots}`, value: slots },
    },
    {
      title: 'CPU in use',
      note: 'cores, averaged over each interval',
      unit: 'cores',
      log: false,
      lines: lines(cpu.map(({ values }) => ['istiod', series.rate(values)])),
      limit: { label: `${cores} available`, value: cores },
    },
  ];
}

function delayPanels(series: RecordedSeries): readonly Panel[] {
  return [
    {
      title: 'Convergence: what istiod measures',
      note: 'pilot_proxy_convergence_time',
      unit: 'seconds',
      log: true,
      lines: series.quantiles('convergence'),
    },
    {
      title: 'Staleness: what the change saw',
      note: 'from the write of an object to a proxy using it',
      unit: 'seconds',
      log: true,
      lines: series.quantiles('staleness'),
    },
  ];
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
