/** What events aim at and change: targets, sets of proxies, numbers of ready endpoints. Each is one short text. */
import { z } from 'zod';
import type { ProxySet, ReadyChange, Target } from '../../cluster/event-spec.js';
import { message } from './leaves.js';

/** `any`, `each`, `NAMESPACE/*` (any in it) or `NAMESPACE/NAME`. */
export const TargetYaml = z
  .string({ error: targetError() })
  .meta({ description: 'any, each (in turn), NAMESPACE/* (any in it) or NAMESPACE/NAME' })
  .transform((text, context): Target => {
    if (text === 'any' || text === 'each') return { pick: text };
    const match = /^([a-z0-9][-a-z0-9]*)\/(\*|[a-z0-9][-.a-z0-9]*)$/.exec(text);
    if (!match) {
      context.issues.push({ code: 'custom', message: targetError(text), input: text });
      return z.NEVER;
    }
    const [, namespace = '', name = ''] = match;
    return name === '*' ? { pick: 'any', namespace } : { pick: 'named', namespace, name };
  });

function targetError(text?: string): string {
  const bare = text !== undefined && /^[a-z0-9][-a-z0-9]*$/.test(text);
  return message(
    'any, each, NAMESPACE/* or NAMESPACE/NAME',
    bare ? `say in which namespace, as in shop/${text}` : undefined,
  );
}

const A_PROXY_SET = 'all, NAMESPACE/* (all in it) or NAMESPACE/NAME';

export const ProxySetYaml = z
  .string({ error: A_PROXY_SET })
  .meta({ description: 'all, NAMESPACE/* (all in it) or NAMESPACE/NAME (a proxy, or a group of them)' })
  .transform((text, context): ProxySet => {
    if (text === 'all') return { pick: 'all' };
    const match = /^([a-z0-9][-a-z0-9]*)\/(\*|[a-z0-9][-.a-z0-9]*)$/.exec(text);
    if (!match) {
      context.issues.push({ code: 'custom', message: A_PROXY_SET, input: text });
      return z.NEVER;
    }
    const [, namespace = '', name = ''] = match;
    return name === '*' ? { pick: 'namespace', namespace } : { pick: 'named', namespace, name };
  });

const READY =
  'a number of ready endpoints, "1..3" (drawn each time), or a change: "+1", "-1" or "+1/-1" (one more, one fewer, in turn)';

export const ReadyYaml = z
  .union([z.int(), z.string()], { error: READY })
  .meta({
    description:
      'Ready endpoints: a number sets it, "1..3" draws it; "+1" and "-1" change it; "+1/-1" does both in turn',
  })
  .transform((value, context): ReadyChange => {
    const [, least, most] = /^(\d{1,6})\.\.(\d{1,6})$/.exec(String(value)) ?? [];
    if (least !== undefined && Number(least) < Number(most)) return { least: Number(least), most: Number(most) };
    const match = /^([+-]?)(\d{1,6})(?:\/-(\d{1,6}))?$/.exec(String(value));
    const [, sign, digits, back] = match ?? [];
    if (digits !== undefined && back === undefined) {
      if (sign === '') return { set: Number(digits) };
      // +0 rewrites the slice as it is.
      if (Number(digits) > 0 || sign === '+') return { add: sign === '-' ? -Number(digits) : Number(digits) };
    }
    if (digits !== undefined && back === digits && sign === '+' && Number(back) > 0) return { flap: Number(digits) };
    context.issues.push({ code: 'custom', message: READY, input: value });
    return z.NEVER;
  });
