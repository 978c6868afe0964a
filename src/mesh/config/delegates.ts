/**
 * VirtualServices with what their delegates say (`model/virtualservice.go`: mergeVirtualServicesIfNeeded). A delegate has
 * no hosts: by itself it is nothing, and its routes are those of every root that names it and may see it.
 */
import type { ConfigKey } from '../keys.js';
import { isVisible } from '../scopes/visibility.js';
import { type Config, readVirtualService, type VirtualService } from './configs.js';

/** The roots, with the destinations and routes of their delegates; in the order of the objects. */
export function mergeDelegates(objects: readonly Config[]): readonly VirtualService[] {
  const all = objects.map(readVirtualService);
  if (all.every(({ hosts, delegates }) => hosts.length > 0 && delegates.length === 0)) return all;
  const byName = new Map(all.filter(isDelegate).map((one) => [`${one.object.namespace}/${one.object.name}`, one]));
  return all.filter((one) => !isDelegate(one)).map((root) => merge(root, byName));
}

export function isDelegate({ hosts }: Pick<VirtualService, 'hosts'>): boolean {
  return hosts.length === 0;
}

/** A route whose delegate is not there, or is not exported to the root, is left out. */
function merge(root: VirtualService, byName: ReadonlyMap<string, VirtualService>): VirtualService {
  if (root.delegates.length === 0) return root;
  const found = root.delegates
    .map(({ namespace, name }) => byName.get(`${namespace}/${name}`))
    .filter((one) => one !== undefined)
    .filter(({ exportTo, object }) => isVisible(exportTo, object.namespace, root.object.namespace));
  return {
    ...root,
    destinations: [...new Set([...root.destinations, ...found.flatMap(({ destinations }) => destinations)])],
    httpRoutes: root.httpRoutes - root.delegates.length + found.reduce((sum, one) => sum + one.httpRoutes, 0),
    headerMatches: root.headerMatches + found.reduce((sum, one) => sum + one.headerMatches, 0),
  };
}

/** Of these VirtualServices, those that name the delegate. */
export function rootsOf(objects: readonly Config[], { namespace, name }: ConfigKey): readonly ConfigKey[] {
  return objects
    .map(readVirtualService)
    .filter(({ delegates }) => delegates.some((one) => one.namespace === namespace && one.name === name))
    .map(({ key }) => key);
}
