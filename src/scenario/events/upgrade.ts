import { z } from 'zod';
import { noSuchRelease } from '../../istio/neighbours.js';
import { findRelease } from '../../istio/releases.js';
import { eventKind, timing } from './event-kind.js';

/** `upgrade: RELEASE`: istiod's pods are replaced by those of another release. */
export const upgrade = eventKind({
  key: 'upgrade',
  schema: z.strictObject({
    ...timing,
    upgrade: z.string({ error: 'a release of Istio' }).meta({ description: 'The release of istiod from then on' }),
  }),
  effect(event, { path, reporter }) {
    const istio = event.upgrade;
    if (findRelease(istio) !== undefined) return { do: 'upgrade', istio };
    const [expected, hint] = noSuchRelease(istio);
    reporter.error('bad-value', [...path, 'upgrade'], expected, { received: istio, hint });
    return undefined;
  },
});
