/** The answer of `pushsim plan` as JSON. */
import { edgesOf, whatBinds } from '../../experiment/plan/advice.js';
import type { Tried } from '../../experiment/plan/search.js';
import { valuesOfSetting } from '../../experiment/plan/spec.js';
import { marginsOf } from '../trust/margins.js';
import type { PlanReport } from '../view/plan-report.js';
import { writtenInterval } from './sweep-json.js';

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
    trust: best === undefined ? [] : marginsOf(spec.scenario, best),
    binds: result.closest === undefined ? null : whatBinds(result.closest),
    edges:
      best === undefined
        ? []
        : edgesOf(spec, result, best).map(({ knob, value, end }) => ({ field: knob.path, value, end })),
    next_steps: (route?.steps ?? []).map(({ knob, ...step }) => ({ field: knob.path, ...step })),
    without_one: route?.withoutOne?.verdict ?? null,
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
