import type { ProxySet } from '../../cluster/proxy-set.js';

export function writtenSet(set: ProxySet): string {
  if (set.pick === 'all') return 'all';
  return `${set.namespace}/${set.pick === 'named' ? set.name : '*'}`;
}
