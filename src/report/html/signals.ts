/** The top of the report page: thresholds and the four golden signals. Numbers carry their exact value for tools. */
import { memoryShare } from '../../measure/catalogue/catalogue.js';
import type { Distribution, RunResult } from '../../measure/recorder/result.js';
import type { Scenario } from '../../scenario/scenario.js';
import type { JudgedResult } from '../files/json.js';
import { bytes, count, number, percent, seconds } from '../view/format.js';
import { judge, shownMeasured } from '../view/thresholds.js';
import { escaped } from './text.js';

/** `data-metric` and `data-value` let a script read what a person sees. */
function value(metric: string, exact: number, text: string, big = false): string {
  return `<span${big ? ' class="big"' : ''} data-metric="${metric}" data-value="${exact}">${escaped(text)}</span>`;
}

function p99(distribution: Distribution): string {
  return distribution.count === 0 ? 'none' : seconds(distribution.p99);
}

export function signalCards(result: RunResult, slots: number): string {
  const card = ([title, headline, rows]: Card) =>
    `<section><h2>${title}</h2>${headline}<dl>${rows.map(([term, text]) => `<dt>${escaped(term)}</dt><dd>${text}</dd>`).join('')}</dl></section>`;
  return `<div class="signals">${[...frontCards(result), ...backCards(result, slots)].map(card).join('')}</div>`;
}

/** Title, headline, terms and texts. */
type Card = readonly [string, string, readonly (readonly [string, string])[]];

/** Where nothing was pushed and proxies started without configuration, when they had it is the answer. */
function latencyHeadline({ metrics, readiness }: RunResult): string {
  const { pilot_proxy_convergence_time: convergence } = metrics;
  if (convergence.count === 0 && readiness.last !== null)
    return `${value('time_to_ready.last', readiness.last, seconds(readiness.last), true)} until all proxies were ready`;
  return `${value('convergence.p99', convergence.p99, p99(convergence), true)} p99 convergence`;
}

function frontCards(result: RunResult): readonly Card[] {
  const { metrics, staleness, resources } = result;
  const { pilot_xds_pushes: pushes } = metrics;
  const panel = result.panels.pilot_proxy_convergence_time?.p99;
  const perSecond = resources.simulated_s === 0 ? 0 : pushes.total / resources.simulated_s;
  return [
    [
      'Latency',
      latencyHeadline(result),
      [
        ['staleness p99', value('staleness.p99', staleness.per_proxy.p99, p99(staleness.per_proxy))],
        [
          'until the last proxy, p99',
          value('staleness_to_last.p99', staleness.to_last_proxy.p99, p99(staleness.to_last_proxy)),
        ],
        ['a panel shows as p99', panel === undefined ? 'none' : value('convergence.panel_p99', panel, seconds(panel))],
        ['debounce p99', p99(metrics.pilot_debounce_time)],
        ['push context p99', p99(metrics.pilot_pushcontext_init_seconds)],
      ],
    ],
    [
      'Traffic',
      `${value('pushes.total', pushes.total, number(pushes.total), true)} messages`,
      [
        ['each second', number(perSecond)],
        ['bytes sent', value('bytes_sent', resources.bytes_sent, bytes(resources.bytes_sent))],
        ['updates received', number(metrics.pilot_inbound_updates.total)],
        ['largest message', bytes(metrics.pilot_xds_config_size_bytes.max)],
      ],
    ],
  ];
}

function backCards(result: RunResult, slots: number): readonly Card[] {
  const { metrics, staleness, resources } = result;
  const { pilot_total_xds_rejects: rejects } = metrics;
  const { rejected } = staleness;
  const share = memoryShare(result);
  return [
    [
      'Errors',
      `${value('rejects', rejects.total, number(rejects.total), true)} rejected messages`,
      [
        ...(rejected.pairs === 0 ? [] : [['changes held back by them', heldBack(rejected)] as const]),
        ['late acknowledgements', number(metrics.pilot_xds_expired_nonce.total)],
        ['changes without effect', number(staleness.unseen)],
        ['routes without subset', number(staleness.missing_subsets.windows)],
      ],
    ],
    [
      'Saturation',
      `${value('utilisation', resources.utilisation, percent(resources.utilisation), true)} of ${count(resources.cores, 'core')}`,
      [
        ['CPU time', seconds(resources.cpu_seconds)],
        ['deepest push queue', value('queue_depth_max', resources.queue_depth_max, number(resources.queue_depth_max))],
        ['slots in use', `${number(resources.slots_max)} of ${number(slots)}`],
        ...(share === null
          ? []
          : [
              [
                'heap, of resources.memory',
                value('memory_share', share, `${bytes(resources.memory_bytes_max)}, ${percent(share)}`),
              ] as const,
            ]),
      ],
    ],
  ];
}

/** Of pairs of a change and a proxy. */
function heldBack({ pairs, still_open }: RunResult['staleness']['rejected']): string {
  return still_open === 0 ? number(pairs) : `${number(pairs)}, ${number(still_open)} to the end`;
}

export function thresholdList(scenario: Scenario, result: JudgedResult): string {
  const verdicts = judge(scenario, result);
  if (verdicts.length === 0) return '';
  const items = verdicts.map((verdict) => {
    const mark = verdict.passed ? '<span class="pass">✓ holds</span>' : '<span class="fail">✗ failed</span>';
    return `<li>${mark}<code>${escaped(verdict.threshold.text)}</code><span>measured ${escaped(shownMeasured(verdict))}</span></li>`;
  });
  return `<section><h2>Thresholds</h2><ul class="verdicts">${items.join('')}</ul></section>`;
}
