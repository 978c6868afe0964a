import { z } from 'zod';
import type { XdsType } from '../../istio/xds-types.js';
import { Duration, oneOf } from '../schema/leaves.js';
import { ProxySetYaml } from '../schema/targets.js';
import { formatDuration } from '../units/units.js';
import { eventKind, timing } from './event-kind.js';

const REJECTABLE = ['cds', 'eds', 'lds', 'rds', 'sds', 'nds', 'ecds'] as const satisfies readonly XdsType[];
const SOME_TYPES = 'a list of xDS types, such as [lds]';

/** `reject: { proxies, types, for }`: these proxies reject such messages (NACK) and keep what they have. */
export const reject = eventKind({
  key: 'reject',
  schema: z.strictObject({
    ...timing,
    reject: z.strictObject({
      proxies: ProxySetYaml,
      types: z
        .array(oneOf(REJECTABLE, 'Type of message'), { error: SOME_TYPES })
        .min(1, { error: SOME_TYPES })
        .meta({ description: 'What they reject, keeping what they have' }),
      for: Duration,
    }),
  }),
  effect(event, { path, reporter }) {
    const { proxies, types, for: lasts } = event.reject;
    if (lasts > 0) return { do: 'reject', proxies, types: [...new Set(types)], lasts };
    reporter.error('bad-value', [...path, 'reject', 'for'], 'a duration above zero', {
      received: formatDuration(lasts),
    });
    return undefined;
  },
});
