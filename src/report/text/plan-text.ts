/** The answer of `pushsim plan` for a terminal: the setting, how sure it is, what limits it, and the next step. */
import { edgesOf, neighboursOf, whatBinds } from '../../experiment/plan/advice.js';
import { tightest } from '../../experiment/plan/judge.js';
import type { PlanResult, Tried } from '../../experiment/plan/search.js';
import { type PlanSpec, REPLICAS, sloMeasure, valuesOfSetting } from '../../experiment/plan/spec.js';
import type { Route } from '../../experiment/plan/steps.js';
import { valuesOf } from '../../experiment/replicate.js';
import { moments } from '../../stats/moments.js';
import { marginSentences, marginsOf } from '../trust/margins.js';
import { count, percent } from '../view/format.js';
import type { PlanReport } from '../view/plan-report.js';
import { shownConfidence, shownInterval, shownPoint, shownValue } from '../view/sweep-format.js';
import { planTable } from './plan-table.js';
import { wrapped } from './wrap.js';

const WIDTH = 100;

/** Paragraphs; the first is the answer. */
export function planParagraphs(report: PlanReport): readonly string[] {
  const { spec, result } = report;
  const { best, closest, skipped } = result;
  const paragraphs = [answer(report)];
  const about = best ?? closest;
  if (about !== undefined) paragraphs.push(`What limits it: ${whatBinds(about)}.${around(report, about)}`);
  const beyond = best === undefined ? beyondFailure(report) : beyondAnswer(report, best);
  if (beyond !== '') paragraphs.push(beyond);
  if (skipped > 0) {
    paragraphs.push(
      `Not simulated: ${count(skipped, 'setting')} with more cores than the answer (--exhaustive tries them too).`,
    );
  }
  if (spec.knobs.some(({ path }) => path === REPLICAS)) {
    paragraphs.push(
      `Replicas: every istiod sees every event and serves the proxies that reached it.${withoutOne(report)}`,
    );
  }
  const memory = best === undefined ? '' : memoryParagraph(best);
  if (memory !== '') paragraphs.push(memory);
  const trust = best === undefined ? '' : marginSentences(marginsOf(spec.scenario, best));
  if (trust !== '') paragraphs.push(trust);
  if (report.route !== undefined) paragraphs.push(firstStep(report, report.route));
  return paragraphs;
}

/** Whether the memory of the answer fits; nothing where memory is not modelled. */
function memoryParagraph({ outcomes }: Tried): string {
  const [shares, heaps] = ['memory_share', 'memory_bytes_max'].map((measure) => valuesOf(outcomes, measure));
  if (shares === undefined || shares.length === 0) return '';
  const [share, heap] = [moments(shares).mean, moments(heaps ?? []).mean];
  const size = shownValue('memory_bytes_max', heap);
  const part = shownValue('memory_share', share);
  if (share <= 1) return `Memory: ${size} at the most, ${part} of resources.memory.`;
  return `OUT OF MEMORY: ${size} at the most, ${part} of resources.memory. A real istiod would be killed: vary istiod.resources.memory, or make --slo "memory_share <= 100%" an objective.`;
}

export function planText(report: PlanReport): string {
  const { spec, result } = report;
  const settings = count(spec.settings.length, 'setting');
  const heading = `${spec.scenario.name}: the cheapest of ${settings} for ${spec.slos.map(({ text }) => text.trim()).join(' and ')}`;
  const [first = '', ...rest] = planParagraphs(report);
  const lines = [heading, '', ...wrapped(first, WIDTH), '', ...planTable(report).map((line) => `  ${line}`)];
  for (const paragraph of rest) lines.push('', ...wrapped(paragraph, WIDTH));
  lines.push('', ...wrapped(footnote(report, result), WIDTH));
  return `${lines.join('\n')}\n`;
}

export function footnote({ confidence, cost }: PlanReport, { tried }: PlanResult): string {
  const runs = tried.reduce((sum, { outcomes }) => sum + outcomes.length, 0);
  const what = cost === undefined ? 'cores, then by CPU used' : `${cost}, then by cores`;
  return `Cheapest first, by ${what}. ✓ certainly holds, ✗ certainly does not, ? cannot be said after ${MOST_NAMED}; all verdicts together at ${shownConfidence(confidence)}. ${count(runs, 'simulation')}.`;
}

const MOST_NAMED = 'the most replications allowed';

function answer({ spec, result, confidence }: PlanReport): string {
  const { best, closest } = result;
  if (best !== undefined) {
    const parts = best.judgement.slos.map(({ slo, interval, margin, heldIn }) => {
      const value = interval === undefined ? '' : ` (${shownInterval(sloMeasure(slo), interval)})`;
      return `${slo.text.trim()} holds${value} with ${percent(margin)} of the limit to spare, in ${heldIn} of ${count(best.outcomes.length, 'replication')}`;
    });
    return `Answer: ${named(spec, best)}. ${parts.join('; ')}. Confidence ${shownConfidence(confidence)}.`;
  }
  if (closest === undefined) return 'Nothing was tried.';
  const missed = tightest(closest.judgement);
  if (missed?.interval === undefined) {
    return `No setting holds: ${missed === undefined ? '' : `${sloMeasure(missed.slo)} has no samples, and silence is no proof`}.`;
  }
  const unsure =
    closest.judgement.verdict === 'unsure' ? ' It may hold, but this many replications cannot say so.' : '';
  return `No setting holds. The closest is ${named(spec, closest)}: ${missed.slo.text.trim()} is missed with ${shownInterval(sloMeasure(missed.slo), missed.interval)}.${unsure}`;
}

/** Whether the answer still holds with one istiod fewer: while it is replaced, the others have its proxies. */
function withoutOne({ result, route }: PlanReport): string {
  const { best } = result;
  if (best === undefined) return '';
  if (best.setting.replicas === 1) return ' The answer has one istiod: while it is replaced, nobody is served.';
  const judgement = route?.withoutOne;
  if (judgement === undefined) return '';
  if (judgement.verdict === 'holds') return ' With one of them lost the others still keep the objectives.';
  const missed = tightest(judgement);
  const shown =
    missed?.interval === undefined
      ? ''
      : ` (${sloMeasure(missed.slo)} ${shownInterval(sloMeasure(missed.slo), missed.interval)})`;
  return judgement.verdict === 'fails'
    ? ` With one of them lost the others do not keep the objectives${shown}: for that it takes one more.`
    : ` With one of them lost it is not certain that the others keep the objectives${shown}.`;
}

/** Which single change breaks it, or would be enough. */
function around({ spec, result }: PlanReport, about: Tried): string {
  const parts = neighboursOf(spec, result, about).flatMap(({ knob, value, tried }) => {
    const { verdict } = tried.judgement;
    if (verdict === 'holds' || about.judgement.verdict !== 'holds') return [];
    const worst = tightest(tried.judgement);
    const shown =
      worst?.interval === undefined
        ? ''
        : ` (${sloMeasure(worst.slo)} ${shownInterval(sloMeasure(worst.slo), worst.interval)})`;
    return [`${knob.label}=${value} ${verdict === 'fails' ? 'fails' : 'is not certain to hold'}${shown}`];
  });
  return parts.length === 0 ? '' : ` One step away: ${parts.join('; ')}.`;
}

function beyondAnswer({ spec, result }: PlanReport, best: Tried): string {
  const edges = edgesOf(spec, result, best).map(
    ({ knob, value, end }) => `${knob.label}=${value} is the ${end} that was tried`,
  );
  if (edges.length === 0) return '';
  return `At the edge of the search: ${edges.join('; ')}. A cheaper setting may lie beyond; nothing is said about it until it is in --vary.`;
}

function beyondFailure({ spec, result }: PlanReport): string {
  const { closest } = result;
  const edges = closest === undefined ? [] : edgesOf(spec, result, closest);
  if (edges.length === 0)
    return 'The closest setting lies inside what was tried: other knobs, or a looser objective, are needed.';
  const shown = edges.map(({ knob, value, end }) => `${end === 'largest' ? 'above' : 'below'} ${knob.label}=${value}`);
  return `An answer, if there is one, lies outside what was searched: try ${shown.join(' or ')}. Nothing is extrapolated.`;
}

/** What to change first, in what size, and what the dashboards should show then. */
function firstStep({ spec }: PlanReport, { steps, stay, now, after }: Route): string {
  const kept = stay.map(({ knob, value }) => `${knob.label}=${value}`).join(', ');
  const stays = kept === '' ? '' : ` ${kept} may stay as it is: it holds all the same.`;
  const [first, ...others] = steps;
  if (first === undefined) return `Next step in production: none, the scenario already has this.${stays}`;
  const { knob, from, to, target, steps: left } = first;
  const more = left > 1 ? ` (towards ${target}, ${left} such steps)` : '';
  const shown = [...new Set(['pilot_xds_pushes.total', ...spec.slos.map(sloMeasure)])].flatMap((measure) => {
    const [before, then] = [valuesOf(now, measure), valuesOf(after ?? [], measure)].map((values) => moments(values));
    if (before === undefined || then === undefined || before.n === 0 || then.n === 0) return [];
    return [`${measure} ${shownValue(measure, before.mean)} → ${shownValue(measure, then.mean)}`];
  });
  const expected = shown.length === 0 ? '' : ` Expect ${shown.join(', ')}.`;
  const rest = others.map((step) => `${step.knob.label} ${step.from} → ${step.to}`).join(', ');
  const then = rest === '' ? '' : ` Then, one knob at a time: ${rest}.`;
  return `Next step in production: ${knob.label} ${from} → ${to}${more}.${expected} Move one knob by 10–30 %, watch push count and p99 convergence for a day or two of ordinary load, then go on.${then}${stays}`;
}

function named({ knobs }: PlanSpec, tried: Tried): string {
  return shownPoint(knobs, valuesOfSetting(knobs, tried.setting));
}
