/**
 * `meshConfig.discoverySelectors` (`pkg/kube/namespace/filter.go`): the filter sits behind the watch, so that objects of
 * other namespaces are watched and stored, but no handler is told of them. No selectors select everything; otherwise a
 * namespace is selected if any selector matches its labels. Labels are those the namespaces have at the start.
 */

import type { ConfigKind } from '../../istio/kinds.js';
import type { MeshRules } from '../rules.js';
import type { LabelExpression, LabelSelector, MeshSpec } from '../spec.js';
import { selects } from './configs.js';
import { type Fields, labels as labelsIn, list, strings, text } from './fields.js';

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
    const labels = this.labelsOf(namespace);
    return discoverySelectors.some((selector) => isSelected(selector, labels));
  }

  /** Those it is written with, and its name. */
  labelsOf(namespace: string): Readonly<Record<string, string>> {
    return { [NAME_LABEL]: namespace, ...this.#labels.get(namespace) };
  }
}

function isSelected(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  const { matchLabels, matchExpressions = [] } = selector;
  return selects(matchLabels, labels) && matchExpressions.every((expression) => holds(expression, labels));
}

/** The same for a selector as it stands in an object. */
export function matches(selector: Fields, labels: Readonly<Record<string, string>>): boolean {
  const matchExpressions = list(selector.matchExpressions).map((one) => ({
    key: text(one.key),
    operator: text(one.operator) as LabelExpression['operator'],
    values: strings(one.values),
  }));
  return isSelected({ matchLabels: labelsIn(selector.matchLabels), matchExpressions }, labels);
}

/** As Kubernetes decides: what is absent is in no set, and so not in any. */
function holds({ key, operator, values = [] }: LabelExpression, labels: Readonly<Record<string, string>>): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}
