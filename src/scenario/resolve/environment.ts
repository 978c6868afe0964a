/**
 * Checks what a person wrote under `istiod.env`: does the variable exist in that version, and would istiod accept the
 * value? The defaults are the version profiles' business.
 */

import { parseGoDuration } from '../../istio/environment/go-duration.js';
import {
  ELSEWHERE,
  ENVIRONMENT,
  type Variable,
  type VariableType,
  VERSION_LETTER,
} from '../../istio/environment/table.js';
import type { IstioVersion } from '../../istio/profile.js';
import { didYouMean } from '../units/nearest.js';
import { type Parsed, parseDuration } from '../units/units.js';

export type VariableCheck =
  | { readonly ok: true; readonly modelled: boolean }
  | { readonly ok: false; readonly unknown: boolean; readonly expected: string; readonly hint?: string };

/** Whether this version of istiod has the variable, and whether it would accept the value. */
export function checkVariable(name: string, value: string, version: IstioVersion): VariableCheck {
  const variable = Object.hasOwn(ENVIRONMENT, name) ? ENVIRONMENT[name] : undefined;
  const letter = VERSION_LETTER[version];
  if (!variable?.versions.includes(letter)) {
    const hint = ELSEWHERE[name] ?? (variable ? `it exists in ${versionsOf(variable)}` : nearVariable(name, letter));
    return {
      ok: false,
      unknown: true,
      expected: `an environment variable of istiod ${version}`,
      ...(hint ? { hint } : {}),
    };
  }
  const parsed = parseValue(name, variable.type, value, version);
  if (parsed.ok) return { ok: true, modelled: variable.modelled };
  return { ok: false, unknown: false, expected: parsed.expected, ...(parsed.hint ? { hint: parsed.hint } : {}) };
}

/** Booleans as `true` or `false`, however Go would let them be written; everything else as it is. */
export function normalised(name: string, value: string): string {
  if (!Object.hasOwn(ENVIRONMENT, name) || ENVIRONMENT[name]?.type !== 'boolean' || !GO_BOOLEAN.test(value))
    return value;
  return /^(?:1|t)/i.test(value) ? 'true' : 'false';
}

function versionsOf(variable: Variable): string {
  const names = (Object.keys(VERSION_LETTER) as IstioVersion[]).filter((v) =>
    variable.versions.includes(VERSION_LETTER[v]),
  );
  return names.join(', ');
}

function nearVariable(name: string, letter: string): string | undefined {
  const names = Object.entries(ENVIRONMENT).filter(([, variable]) => variable.versions.includes(letter));
  return didYouMean(
    name,
    names.map(([known]) => known),
  );
}

/** Go's `strconv.ParseBool` accepts exactly these. */
const GO_BOOLEAN = /^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/;

const NOTHING_PASSES: Parsed<never> = {
  ok: false,
  expected: 'more than 0',
  hint: 'with 0 this version lets nothing pass',
};

/** Later versions read a throttle of 0 as "choose by the number of cores"; before, nothing ever gets through. */
function limitsNothing(name: string, value: string, version: IstioVersion): boolean {
  return name === 'PILOT_PUSH_THROTTLE' && version === '1.17' && Number(value) === 0;
}

function parseValue(name: string, type: VariableType, value: string, version: IstioVersion): Parsed<unknown> {
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
      return limitsNothing(name, value, version) ? NOTHING_PASSES : ok;
    }
    case 'number':
      if (!/^\d{1,15}(\.\d{1,15})?$/.test(value)) return { ok: false, expected: 'a number of zero or more' };
      return limitsNothing(name, value, version) ? NOTHING_PASSES : ok;
    case 'text':
      return ok;
  }
}
