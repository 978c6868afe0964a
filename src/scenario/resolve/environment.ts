/**
 * Checks what a person wrote under `istiod.env`: does the variable exist in that release, who reads it, and would istiod
 * accept the value? The defaults are the rules' business.
 */

import { parseGoDuration } from '../../istio/environment/go-duration.js';
import {
  ELSEWHERE,
  isIn,
  namesIn,
  releasesWith,
  type VariableType,
  variableOf,
} from '../../istio/environment/table.js';
import { profileOf } from '../../istio/profile.js';
import { type Release, releaseOf } from '../../istio/releases.js';
import { didYouMean } from '../units/nearest.js';
import { type Parsed, parseDuration } from '../units/units.js';

/** `modelled`: acted upon; `pushing`: it changes what istiod pushes, and is not acted upon; the others change nothing. */
export type Standing = 'modelled' | 'pushing' | 'other' | 'agent';

export type VariableCheck =
  | { readonly ok: true; readonly standing: Standing }
  | { readonly ok: false; readonly unknown: boolean; readonly expected: string; readonly hint?: string };

/** Whether this release of istiod has the variable, and whether it would accept the value. */
export function checkVariable(name: string, value: string, version: string): VariableCheck {
  const release = releaseOf(version);
  const variable = Object.hasOwn(ELSEWHERE, name) ? undefined : variableOf(name);
  if (variable?.readBy === 'agent') return { ok: true, standing: 'agent' };
  if (variable?.concern === 'other' && !isIn(variable, release)) return { ok: true, standing: 'other' };
  if (variable === undefined || !isIn(variable, release)) {
    const hint =
      ELSEWHERE[name] ??
      (variable ? `releases that have it: ${releasesWith(variable)}` : didYouMean(name, namesIn(release)));
    return {
      ok: false,
      unknown: true,
      expected: `an environment variable of istiod ${version}`,
      ...(hint ? { hint } : {}),
    };
  }
  const parsed = parseValue(name, variable.type, value, release);
  if (parsed.ok) return { ok: true, standing: variable.concern };
  return { ok: false, unknown: false, expected: parsed.expected, ...(parsed.hint ? { hint: parsed.hint } : {}) };
}

/** Whether any release of istiod has ever had it. */
export function isVariable(name: string): boolean {
  return variableOf(name)?.readBy === 'istiod';
}

/** Booleans as `true` or `false`, however Go would let them be written; everything else as it is. */
export function normalised(name: string, value: string): string {
  if (variableOf(name)?.type !== 'boolean' || !GO_BOOLEAN.test(value)) return value;
  return /^(?:1|t)/i.test(value) ? 'true' : 'false';
}

/** Go's `strconv.ParseBool` accepts exactly these. */
const GO_BOOLEAN = /^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/;

const NOTHING_PASSES: Parsed<never> = {
  ok: false,
  expected: 'more than 0',
  hint: 'with 0 this version lets nothing pass',
};

/** Later releases read a throttle of 0 as "choose by the number of cores"; before, nothing ever gets through. */
function limitsNothing(name: string, value: string, release: Release): boolean {
  return name === 'PILOT_PUSH_THROTTLE' && profileOf(release.name).defaults.pushThrottle > 0 && Number(value) === 0;
}

/** What the Go runtime reads itself. */
const OF_GO: Readonly<Record<string, { readonly pattern: RegExp; readonly expected: string }>> = {
  GOGC: { pattern: /^(?:off|\d{1,9})$/, expected: 'percent, or off' },
  GOMEMLIMIT: { pattern: /^(?:off|\d{1,18}(?:B|[KMGT]iB)?)$/, expected: 'bytes such as 900MiB or 2GiB, or off' },
};

function parseValue(name: string, type: VariableType, value: string, release: Release): Parsed<unknown> {
  const ok = { ok: true, value } as const;
  switch (type) {
    case 'duration': {
      const parsed = parseDuration(value);
      // A negative Go duration is legal to istiod and makes no sense to anyone.
      return parsed.ok || parseGoDuration(value) === undefined ? parsed : { ok: false, expected: parsed.expected };
    }
    case 'boolean':
      return GO_BOOLEAN.test(value)
        ? ok
        : { ok: false, expected: 'true or false', hint: 'istiod would ignore this value' };
    case 'integer': {
      if (!/^[+-]?\d{1,15}$/.test(value)) return { ok: false, expected: 'a whole number' };
      if (Number(value) < 0) return { ok: false, expected: 'a number of zero or more' };
      return limitsNothing(name, value, release) ? NOTHING_PASSES : ok;
    }
    case 'number':
      if (!/^\d{1,15}(\.\d{1,15})?$/.test(value)) return { ok: false, expected: 'a number of zero or more' };
      return limitsNothing(name, value, release) ? NOTHING_PASSES : ok;
    case 'text':
      return Object.hasOwn(OF_GO, name) && !OF_GO[name]!.pattern.test(value)
        ? { ok: false, expected: OF_GO[name]!.expected, hint: 'Go would not start with this value' }
        : ok;
  }
}
