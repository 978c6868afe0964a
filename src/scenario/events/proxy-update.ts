import { z } from 'zod';
import { TargetYaml } from '../schema/targets.js';
import { eventKind, timing } from './event-kind.js';

/** `proxyUpdate: shop/cart-0`: a pod becomes ready. */
export const proxyUpdate = eventKind({
  key: 'proxyUpdate',
  schema: z.strictObject({ ...timing, proxyUpdate: TargetYaml }),
  effect: (event) => ({ do: 'proxyUpdate', target: event.proxyUpdate }),
});
