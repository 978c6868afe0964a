/** The report page below the charts over time: how stale, who caused it, which changes were slowest. */

import type { Recording } from '../../measure/recorder/recording.js';
import type { RunResult } from '../../measure/recorder/result.js';
import { PHASES } from '../../measure/staleness/phases.js';
import { attributionCells } from '../view/attribution-cells.js';
import { count, number, percent, seconds } from '../view/format.js';
import { attributionChart, distributionChart, phaseChart } from './charts.js';
import { COLOURS } from './style.js';
import { escaped, htmlTable } from './text.js';

const KEY = (colour: string, text: string) =>
  `<span><svg width="22" height="10"><line x1="0" y1="5" x2="22" y2="5" stroke="${colour}" stroke-width="3"/></svg>${text}</span>`;

export function stalenessSections(result: RunResult, recording: Recording): string {
  const { staleness } = result;
  if (staleness.per_proxy.count === 0)
    return '<section><h2>How stale proxies were</h2><p class="note">No change reached a proxy.</p></section>';
  const rows = PHASES.map((phase) => {
    const { mean, p50, p99, max } = staleness.phases[phase];
    return [phase, percent(mean / (staleness.per_proxy.mean || 1)), ...[mean, p50, p99, max].map(seconds)];
  });
  const whole = (name: string, { mean, p50, p99, max }: typeof staleness.per_proxy, share = '') => [
    name,
    share,
    ...[mean, p50, p99, max].map(seconds),
  ];
  const table = htmlTable(
    ['', 'share', 'mean', 'p50', 'p99', 'max'],
    [
      ...rows,
      whole('all seven: one proxy has it', staleness.per_proxy, '100 %'),
      whole('half of the proxies have it', staleness.to_half),
      whole('99 % of the proxies have it', staleness.to_99_percent),
      whole('all proxies have it', staleness.to_last_proxy),
    ],
  );
  return [
    `<section><h2>How stale proxies were</h2><p class="note">istiod starts its clock when a proxy is queued and stops it when the last message is sent. A change has been under way for longer, and goes on after.</p><figure>${distributionChart(recording)}<div class="legend">${KEY(COLOURS[0], 'pilot_proxy_convergence_time: what istiod measures, exact')}${KEY(COLOURS[1], 'staleness: from the write to the proxy using it')}</div></figure></section>`,
    `<section><h2>Where the time went</h2><p class="note">Mean over every pair of a change and a proxy that needed it.</p><figure>${phaseChart(result)}</figure>${table}${deadEndpoints(result)}${subsets(result)}</section>`,
  ].join('\n');
}

function deadEndpoints({ staleness: { dead_endpoints: dead } }: RunResult): string {
  if (dead.pairs === 0) return '';
  const rows = [
    ['99 % of proxies', seconds(dead.safe_prestop_99)],
    ['99.9 % of proxies', seconds(dead.safe_prestop_99_9)],
    ['all proxies', seconds(dead.safe_prestop_100)],
  ];
  return `<h3>Smallest safe preStop</h3><p class="note">A pod that goes on serving for this long after its endpoint was removed is out of use before it stops (${count(dead.pairs, 'pair')} of removed endpoint and proxy).</p>${htmlTable(['for', 'preStop'], rows)}`;
}

function subsets({ staleness: { missing_subsets: missing } }: RunResult): string {
  if (missing.windows === 0 && missing.still_open === 0) return '';
  return `<h3>Routes to a subset that was not there</h3><p>${count(missing.windows, 'time')} a proxy had the route and not the subset, for ${seconds(missing.longest)} at most (${count(missing.proxies, 'proxy', 'proxies')}); ${number(missing.still_open)} still do at the end.</p>`;
}

export function attributionSection({ attribution }: RunResult): string {
  const { object, source, trigger, kind, namespace } = attribution;
  if (object.every(({ messages }) => messages === 0)) return '';
  const detail = htmlTable(
    ['object', 'writes', 'messages alone', 'with others', 'bytes', 'CPU'],
    object
      .filter(({ messages }) => messages > 0)
      .slice(0, 15)
      .map(attributionCells),
  );
  const chart = (title: string, rows: typeof object) =>
    `<figure><h3>${title}</h3>${attributionChart(rows, `Messages ${title}`)}</figure>`;
  const keys = `<div class="legend"><span><svg width="14" height="10"><rect width="14" height="10" fill="${COLOURS[0]}"/></svg>nobody else asked for them: gone without this cause</span><span><svg width="14" height="10"><rect x=".5" y=".5" width="13" height="9" fill="#a9cbe3" stroke="${COLOURS[0]}"/></svg>others asked for them as well</span></div>`;
  const views = { 'by event source': source, 'by trigger': trigger, 'by kind': kind, 'by namespace': namespace };
  // A chart of one bar says nothing.
  const others = Object.entries(views).map(([title, rows]) =>
    rows.filter(({ messages }) => messages > 0).length > 1 ? chart(title, rows) : '',
  );
  return `<section><h2>Who caused it</h2><p class="note">Messages to proxies by what asked for them.</p>${keys}${chart('by object', object)}${others.join('')}${detail}</section>`;
}

export function slowestSection({ slowest }: Recording): string {
  if (slowest.length === 0) return '';
  const rows = slowest.map(({ object, written, last, proxies, merged, phases, lastProxy }) => {
    const [worst = 'watch'] = [...PHASES].sort((a, b) => phases[b] - phases[a]);
    const why = `${worst}, ${seconds(phases[worst] / 1e9)}`;
    return [
      object,
      `${(written / 1e9).toFixed(3)} s`,
      seconds((last - written) / 1e9),
      number(proxies),
      number(merged),
      why,
      lastProxy,
    ];
  });
  const head = ['change', 'written at', 'last proxy after', 'proxies', 'in a batch of', 'mostly', 'last proxy'];
  return `<section><h2>The slowest changes</h2><p class="note">${escaped('pushsim explain tells the life of each, phase by phase.')}</p>${htmlTable(head, rows)}</section>`;
}
