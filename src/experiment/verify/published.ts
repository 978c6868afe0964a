/** Figures others have published, each with a scenario that rebuilds their set-up as far as it is known. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { coefficientsOf } from '../../cost/calibrated/index.js';
import { outsideBytes } from '../../cost/live-bytes.js';
import { simulate } from '../../fleet/run.js';
import type { IstioVersion } from '../../istio/profile.js';
import type { RunResult } from '../../measure/recorder/result.js';
import { parseScenario } from '../../scenario/load.js';

export interface PublishedRow {
  /** File below `scenarios/`. */
  readonly scenario: string;
  readonly source: string;
  readonly figure: string;
  /** A range where only that is known. */
  readonly published: readonly [number, number];
  readonly predicted: number;
  /** Predicted over the nearest published value; 1 inside the range. */
  readonly ratio: number;
  readonly why: string;
}

interface Published extends Omit<PublishedRow, 'predicted' | 'ratio'> {
  readonly of: (result: RunResult, istio: IstioVersion) => number;
}

const pushes = (result: RunResult): number => result.metrics.pilot_xds_pushes.total;
const staleMax = (result: RunResult): number => result.staleness.to_last_proxy.max;
const utilisation = (result: RunResult): number => result.resources.utilisation;

/** Heap in use at the end, stacks and the runtime: what a container shows. */
function gigabytes({ resources }: RunResult, istio: IstioVersion): number {
  return (resources.heap_bytes + outsideBytes(coefficientsOf(istio).memory, resources.proxies)) / 1e9;
}

const AKS = 'Microsoft AKS, istio-scale (asm-1-19, 16 cores)';
const AKS_WHY =
  'How its proxies came and went is known only roughly. Heap at the end of the run; what waits in full TLS connections is not modelled.';
const BOOK = "Istio in Action, chapter 11 (the tuning chapter's experiment)";

const ROWS: readonly Published[] = [
  row('book-baseline.yaml', BOOK, 'messages', [510, 510], pushes, 'A closed count.'),
  row('book-burst.yaml', BOOK, 'messages', [51, 51], pushes, 'A closed count.'),
  row('book-slow.yaml', BOOK, 'messages', [510, 510], pushes, 'A closed count.'),
  row('book-sidecar.yaml', BOOK, 'messages', [70, 70], pushes, 'A closed count.'),
  row(
    'book-debounce-2500.yaml',
    BOOK,
    'messages',
    [21, 35],
    pushes,
    'How many rounds merge depends on how fast the writes were.',
  ),
  row(
    'published/airbnb-1193.yaml',
    'Airbnb, istio/istio#40523',
    'updates in the batch that grew during a build of a minute',
    [1193, 1193],
    (result) => result.rounds[1]?.merged ?? 0,
    'Arrivals are drawn at the published mean rate; the build time is given. The batch starts when the build does.',
  ),
  row(
    'every-101ms-debounce-100ms.yaml',
    'istio/istio#45142 (rule)',
    'rounds',
    [594, 594],
    rounds,
    'A check of the rule.',
  ),
  row('every-101ms-debounce-200ms.yaml', 'istio/istio#45142 (rule)', 'rounds', [6, 6], rounds, 'A check of the rule.'),
  row(
    'published/hpa-flap.yaml',
    'istio/istio#34203, #36763',
    'messages a second',
    [350, 10_000],
    (result) => pushes(result) / result.resources.simulated_s,
    'A lower bound is published; the number of proxies is not.',
  ),
  row('published/aks-0.yaml', AKS, 'GB, 25,000 proxies, no churn', [32.1, 32.1], gigabytes, AKS_WHY),
  row('published/aks-churn-25.yaml', AKS, 'GB, 15,000 proxies, 25 % churn', [22.2, 22.2], gigabytes, AKS_WHY),
  row(
    'published/aks-churn-25.yaml',
    AKS,
    'utilisation under churn',
    [15 / 16, 1],
    utilisation,
    'Published: 15 of 16 cores.',
  ),
  row('published/aks-churn-50.yaml', AKS, 'GB, 15,000 proxies, 50 % churn', [25.4, 25.4], gigabytes, AKS_WHY),
  row(
    'published/aks-1000-services.yaml',
    AKS,
    'GB, 20,000 proxies of 1,000 services',
    [40.4, 42.6],
    gigabytes,
    AKS_WHY,
  ),
  row(
    'throttle-100.yaml',
    'istio/istio#44985',
    'seconds until endpoints reach all, throttle 100',
    [180, 1800],
    staleMax,
    'Order of magnitude only: the lock is modelled as fair, and the run ends before the worst.',
  ),
  row(
    'throttle-5.yaml',
    'istio/istio#44985',
    'seconds until endpoints reach all, throttle 5',
    [0.5, 10],
    staleMax,
    'Published: about debounce and convergence.',
  ),
  row(
    'published/reconnect-5000.yaml',
    'arithmetic',
    'proxies connected within 600 s, at 25 a second',
    [5000, 5000],
    (result) => result.resources.proxies_made_ready,
    '200 s at least; refused streams back off up to 30 s.',
  ),
  row(
    'published/knative-800.yaml',
    'istio/istio#25685',
    'seconds until routed, debounce 10 s',
    [10, 13],
    staleMax,
    'Published: some 13 s flat, with what Knative itself takes.',
  ),
  row(
    'published/annotation-storm.yaml',
    'istio/istio#41222',
    'MB/s sent',
    [60, 60],
    ({ resources }) => resources.bytes_sent / 1e6 / 27.5,
    'The number of services is not published; 300 are taken.',
  ),
  row(
    'baseline-1000x2000.yaml',
    'istio.io, Performance and Scalability',
    'utilisation of 1 vCPU',
    [0, 1],
    utilisation,
    'Published: one vCPU is enough.',
  ),
  row(
    'baseline-1000x2000.yaml',
    'istio.io, Performance and Scalability',
    'GB',
    [1.5, 1.5],
    gigabytes,
    'Published: a size that is enough.',
  ),
];

function row(
  scenario: string,
  source: string,
  figure: string,
  published: readonly [number, number],
  of: Published['of'],
  why: string,
): Published {
  return { scenario, source, figure, published, of, why };
}

function rounds(result: RunResult): number {
  return result.rounds.length;
}

/** @param folder that of the shipped scenarios */
export function publishedRows(
  folder: string,
  onProgress?: (done: number, total: number, name: string) => void,
): readonly PublishedRow[] {
  const results = new Map<string, Simulated>();
  return ROWS.map(({ of, ...told }, index) => {
    onProgress?.(index, ROWS.length, told.scenario);
    const result = results.get(told.scenario) ?? run(folder, told.scenario);
    results.set(told.scenario, result);
    const predicted = of(result.result, result.istio);
    const [low, high] = told.published;
    const ratio = predicted < low ? predicted / low : predicted > high ? predicted / high : 1;
    return { ...told, predicted, ratio };
  });
}

interface Simulated {
  readonly result: RunResult;
  readonly istio: IstioVersion;
}

function run(folder: string, file: string): Simulated {
  const parsed = parseScenario(readFileSync(join(folder, file), 'utf8'), { file });
  if (!parsed.ok) throw new Error(`${file}: ${parsed.issues.map((issue) => JSON.stringify(issue)).join('; ')}`);
  const { scenario } = parsed;
  return { result: simulate(scenario), istio: scenario.istio };
}
