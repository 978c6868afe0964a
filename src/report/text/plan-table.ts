/** The table of settings that a plan tried. */
import { type SloJudgement, tightest, type Verdict } from '../../experiment/plan/judge.js';
import type { Tried } from '../../experiment/plan/search.js';
import { sloMeasure, valuesOfSetting } from '../../experiment/plan/spec.js';
import { valuesOf } from '../../experiment/replicate.js';
import { meanInterval } from '../../stats/interval.js';
import { number, percent } from '../view/format.js';
import type { PlanReport } from '../view/plan-report.js';
import { shownInterval, shownValue } from '../view/sweep-format.js';
import { table } from './table.js';

const MARKS: Readonly<Record<Verdict, string>> = { holds: '✓', fails: '✗', unsure: '?' };
const MOST_ROWS = 30;

export function planTable(report: PlanReport): string[] {
  const { head, rows, more } = planCells(report);
  return [...table(head, rows), ...(more > 0 ? [`… and ${more} more, all dearer`] : [])];
}

/** Rows of the table; `more` were left out. */
export function planCells({ spec, result }: PlanReport) {
  const measures = [...new Set(spec.slos.map(sloMeasure))];
  const hasMemory = result.tried.some(({ outcomes }) => valuesOf(outcomes, 'memory_share').length > 0);
  const head = [
    '',
    ...spec.knobs.map(({ label }) => label),
    ...measures,
    'to spare',
    'cores',
    'CPU used',
    ...(hasMemory ? ['memory'] : []),
    'pushes',
    'n',
  ];
  const rows = result.tried.slice(0, MOST_ROWS).map((tried) => {
    const { setting, outcomes, judgement } = tried;
    const chosen = tried === result.best ? '▸ ' : '';
    const mean = (measure: string) => meanInterval(valuesOf(outcomes, measure), 0.95).mean;
    return [
      chosen + MARKS[judgement.verdict],
      ...valuesOfSetting(spec.knobs, setting),
      ...measures.map((measure) => sloCell(judgement.slos, measure)),
      marginCell(tried),
      number(setting.cores),
      shownValue('cpu_seconds', mean('cpu_seconds')),
      ...(hasMemory ? [`${percent(mean('memory_share'))}${judgement.outOfMemory ? ': too much' : ''}`] : []),
      number(Math.round(mean('pilot_xds_pushes.total'))),
      String(outcomes.length),
    ];
  });
  return { head, rows, more: Math.max(0, result.tried.length - MOST_ROWS) };
}

function sloCell(slos: readonly SloJudgement[], measure: string): string {
  const interval = slos.find(({ slo }) => sloMeasure(slo) === measure)?.interval;
  return interval === undefined ? 'no samples' : shownInterval(measure, interval);
}

function marginCell({ judgement }: Tried): string {
  const margin = tightest(judgement)?.margin ?? Number.NEGATIVE_INFINITY;
  if (!Number.isFinite(margin)) return '';
  if (margin < -10) return 'over 10 ×';
  return margin < 0 ? `-${percent(-margin)}` : percent(margin);
}
