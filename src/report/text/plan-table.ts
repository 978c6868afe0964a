/** The table of settings that a plan tried, and the plan as Markdown and JSON. */
import { edgesOf, whatBinds } from '../../experiment/plan/advice.js';
import { type SloJudgement, tightest, type Verdict } from '../../experiment/plan/judge.js';
import type { Tried } from '../../experiment/plan/search.js';
import { sloMeasure, valuesOfSetting } from '../../experiment/plan/spec.js';
import { valuesOf } from '../../experiment/replicate.js';
import { meanInterval } from '../../stats/interval.js';
import { writtenInterval } from '../files/sweep-json.js';
import { number, percent } from '../view/format.js';
import { markdownTable, shownInterval, shownValue } from '../view/sweep-format.js';
import { footnote, type PlanReport, planParagraphs } from './plan-text.js';
import { table } from './table.js';

const MARKS: Readonly<Record<Verdict, string>> = { holds: '✓', fails: '✗', unsure: '?' };
const MOST_ROWS = 30;

export function planTable(report: PlanReport): string[] {
  const { head, rows, more } = cells(report);
  return [...table(head, rows), ...(more > 0 ? [`… and ${more} more, all dearer`] : [])];
}

export function planMarkdown(report: PlanReport): string {
  const { head, rows, more } = cells(report);
  const [first = '', ...rest] = planParagraphs(report);
  const lines = [`**${first}**`, '', ...markdownTable(head, rows)];
  if (more > 0) lines.push('', `… and ${more} more, all dearer`);
  for (const paragraph of rest) lines.push('', paragraph);
  return `${[...lines, '', footnote(report, report.result)].join('\n')}\n`;
}

function cells({ spec, result }: PlanReport) {
  const measures = [...new Set(spec.slos.map(sloMeasure))];
  const head = [
    '',
    ...spec.knobs.map(({ label }) => label),
    ...measures,
    'to spare',
    'cores',
    'CPU used',
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
      shownValue('cpu_seconds', mean('cpu_seconds') * setting.replicas),
      number(Math.round(mean('pilot_xds_pushes.total') * setting.replicas)),
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

export function planJson(report: PlanReport, provenance: Readonly<Record<string, string>>): string {
  const { spec, result, route, confidence, cost } = report;
  const levels = (tried: Tried) =>
    Object.fromEntries(valuesOfSetting(spec.knobs, tried.setting).map((value, k) => [spec.knobs[k]!.path, value]));
  const { best } = result;
  const written = {
    provenance,
    confidence,
    cost: cost ?? 'cores',
    slos: spec.slos.map(({ text }) => text),
    answer: best === undefined ? null : levels(best),
    binds: result.closest === undefined ? null : whatBinds(result.closest),
    edges:
      best === undefined
        ? []
        : edgesOf(spec, result, best).map(({ knob, value, end }) => ({ field: knob.path, value, end })),
    next_steps: (route?.steps ?? []).map(({ knob, ...step }) => ({ field: knob.path, ...step })),
    may_stay: (route?.stay ?? []).map(({ knob, value }) => ({ field: knob.path, value })),
    skipped: result.skipped,
    settings: result.tried.map((tried) => ({
      setting: levels(tried),
      verdict: tried.judgement.verdict,
      cores: tried.setting.cores,
      cost: tried.cost,
      replications: tried.outcomes.length,
      slos: tried.judgement.slos.map(({ slo, interval, margin, heldIn, verdict }) => ({
        slo: slo.text,
        verdict,
        value: writtenInterval(interval),
        margin: Number.isFinite(margin) ? margin : null,
        held_in: heldIn,
      })),
    })),
  };
  return `${JSON.stringify(written, null, 2)}\n`;
}
