/**
 * Results as lines of Go's benchmark format, which `benchstat` compares: one line for each scenario. Every number has a
 * unit of its own; a run counts as one iteration.
 */
import { withMeans } from '../view/means.js';
import type { Summary } from './json.js';

export function benchLines(summaries: readonly Summary[]): string {
  const head = ['goos: simulated', 'goarch: simulated', `pkg: pushsim/${summaries[0]?.provenance.pushsim ?? ''}`];
  return `${[...head, ...summaries.map((summary) => line(withMeans(summary)))].join('\n')}\n`;
}

function line({ provenance, metrics, staleness, resources }: Summary): string {
  const values: readonly (readonly [number, string])[] = [
    [metrics.pilot_xds_pushes.total, 'pushes'],
    [metrics.pilot_proxy_convergence_time.p99, 'p99-convergence-sec'],
    [metrics.pilot_proxy_queue_time.p99, 'p99-queue-sec'],
    [metrics.pilot_debounce_time.p99, 'p99-debounce-sec'],
    [staleness.per_proxy.p99, 'p99-staleness-sec'],
    [staleness.to_last_proxy.p99, 'p99-last-proxy-sec'],
    [resources.cpu_seconds, 'cpu-sec'],
    [resources.bytes_sent, 'sent-B'],
  ];
  return [`Benchmark${camel(provenance.scenario)}`, '1', ...values.map(([value, unit]) => `${value} ${unit}`)].join(
    '\t',
  );
}

/** benchstat wants a capital after `Benchmark` and no blanks. */
function camel(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('') || 'Scenario';
}
