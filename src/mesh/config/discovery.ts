/**
 * `meshConfig.discoverySelectors` (`pkg/kube/namespace/filter.go`): the filter sits behind the watch, so that objects of
 * other namespaces are watched and stored, but no handler is told of them. No selectors select everything; otherwise a
 * namespace is selected if any selector matches its labels. Labels are those the namespaces have at the start.
 */

import type { ConfigKind } from '../../istio/kinds.js';
import type { MeshRules } from '../rules.js';
import type { MeshSpec } from '../spec.js';
import { selects } from './configs.js';

/** What a watch is on; the kinds of endpoint changes are named after what was written. */
export type WatchedKind = ConfigKind | 'Service' | 'Pod';

/** Secrets, and the ConfigMaps that hold CA certificates. */
export function isSecret(kind: WatchedKind): boolean {
  return kind === 'Secret' || kind === 'ConfigMap';
}

/** Every Kubernetes namespace carries its own name as this label. */
const NAME_LABEL = 'kubernetes.io/metadata.name';

export class Discovery {
  readonly #labels: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly #known = new Map<string, boolean>();

  constructor(
    private readonly spec: Pick<MeshSpec, 'discoverySelectors' | 'namespaces'>,
    private readonly rules: MeshRules,
  ) {
    this.#labels = new Map(spec.namespaces.map(({ name, labels }) => [name, labels]));
  }

  /** Whether handlers are told of objects of this kind in the namespace; cluster-wide ones always pass. */
  handles(kind: WatchedKind, namespace: string): boolean {
    if (namespace === '' || !this.#isFiltered(kind)) return true;
    let selected = this.#known.get(namespace);
    if (selected === undefined) {
      selected = this.#isSelected(namespace);
      this.#known.set(namespace, selected);
    }
    return selected;
  }

  #isFiltered(kind: WatchedKind): boolean {
    if (kind === 'Service' || kind === 'Pod') return true;
    return isSecret(kind) ? this.rules.selectsSecrets : this.rules.selectsConfigs;
  }

  #isSelected(namespace: string): boolean {
    const { discoverySelectors } = this.spec;
    if (discoverySelectors.length === 0) return true;
    const labels = { [NAME_LABEL]: namespace, ...this.#labels.get(namespace) };
    return discoverySelectors.some(({ matchLabels }) => selects(matchLabels, labels));
  }
}
