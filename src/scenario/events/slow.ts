import { z } from 'zod';
import { Duration } from '../schema/leaves.js';
import { ProxySetYaml } from '../schema/targets.js';
import { eventKind, timing } from './event-kind.js';

/** `slow: { proxies, for }`: these proxies do not read from their streams for a while. */
export const slow = eventKind({
  key: 'slow',
  schema: z.strictObject({ ...timing, slow: z.strictObject({ proxies: ProxySetYaml, for: Duration }) }),
  effect: (event) => ({ do: 'slow', proxies: event.slow.proxies, lasts: event.slow.for }),
});
