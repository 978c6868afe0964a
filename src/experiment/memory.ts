/** Whether the heap fits into `istiod.resources.memory`: what every run is held to unless it says otherwise. */
import type { ThresholdSpec } from '../scenario/scenario.js';

export const MEMORY_FITS: ThresholdSpec = {
  text: 'memory_share <= 100%',
  metric: 'memory_share',
  statistic: '',
  comparison: '<=',
  limit: 1,
};

const ABOUT_MEMORY: readonly string[] = ['memory_share', 'memory_bytes_max', 'heap_bytes_max', 'heap_bytes'];

/** A threshold on memory of one's own takes the place of the general one. */
export function isAboutMemory({ metric }: ThresholdSpec): boolean {
  return ABOUT_MEMORY.includes(metric);
}
