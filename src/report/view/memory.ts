/** Memory against what istiod may use. */
import { memoryShare } from '../../measure/catalogue/catalogue.js';
import type { RunResult } from '../../measure/recorder/result.js';
import { memoryVerdict } from './fleet.js';
import { bar, bytes, percent } from './format.js';

/** Undefined where memory is not modelled. */
export function memoryText(result: RunResult): string | undefined {
  const share = memoryShare(result);
  if (share === null) return undefined;
  const { memory_bytes_max, memory_limit_bytes } = result.resources;
  const over = share > 1 ? '; MORE THAN THERE IS' : '';
  return `${bar(share, 24)} ${bytes(memory_bytes_max)} at the most, ${percent(share)} of ${bytes(memory_limit_bytes)}${over}`;
}

/** What has to be said first; undefined while it fits. */
export function memoryAlarm(result: RunResult): string | undefined {
  const share = memoryShare(result);
  if (share === null || share <= 1) return undefined;
  if (result.fleet !== undefined) return `OUT OF MEMORY: ${memoryVerdict(result.fleet)}.`;
  const { memory_bytes_max, memory_limit_bytes } = result.resources;
  return (
    `OUT OF MEMORY: istiod needs ${bytes(memory_bytes_max)} and istiod.resources.memory is ${bytes(memory_limit_bytes)}. ` +
    'A real istiod would be killed; the figures below are those of one that is not. A threshold on memory_share replaces this verdict.'
  );
}
