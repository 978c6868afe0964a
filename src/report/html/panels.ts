/** The charts over time: what the page's script draws with uPlot. Numbers keep four digits; that is what can be seen. */
import type { FleetResult } from '../../measure/recorder/fleet-result.js';
import type { Recording } from '../../measure/recorder/recording.js';
import { deadPanel, fleetPanels } from './fleet-panels.js';
import { lines, most, type Panel, type Panels, rounded, shownOf } from './panel.js';
import { RecordedSeries } from './recorded-series.js';

export interface PanelLimits {
  readonly slots: number;
  readonly cores: number;
}

export function timePanels(recording: Recording, limits: PanelLimits, fleet?: FleetResult): Panels {
  const series = new RecordedSeries(recording);
  const ofIstiods = recording.istiods === undefined ? [] : fleetPanels(series);
  const dead = fleet === undefined ? [] : deadPanel(series, fleet.dead_requests);
  const panels = [...ratePanels(series), ...usagePanels(series, limits), ...ofIstiods, ...delayPanels(series), ...dead];
  return { times: series.seconds.map(rounded), panels };
}

function ratePanels(series: RecordedSeries): readonly Panel[] {
  return [
    {
      title: 'Messages sent per second',
      note: 'by xDS type',
      unit: 'count',
      log: false,
      lines: lines(series.ratesByType('pilot_xds_pushes')),
    },
    {
      title: 'Updates received per second',
      note: 'by entry point, before the debounce',
      unit: 'count',
      log: false,
      lines: lines(series.ratesByType('pilot_inbound_updates')),
    },
  ];
}

function usagePanels(series: RecordedSeries, { slots, cores }: PanelLimits): readonly Panel[] {
  const cpu = series.ofPods('process_cpu_seconds_total');
  const isOne = cpu.length === 1;
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
      note: isOne ? 'cores, averaged over each interval' : `cores of each istiod, ${shownOf(cpu)}`,
      unit: 'cores',
      log: false,
      lines: lines(most(cpu).map(([pod, values]) => [isOne ? 'istiod' : pod, values])),
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
      lines: lines(series.quantiles('convergence')),
    },
    {
      title: 'Staleness: what the change saw',
      note: 'from the write of an object to a proxy using it',
      unit: 'seconds',
      log: true,
      lines: lines(series.quantiles('staleness')),
    },
  ];
}
