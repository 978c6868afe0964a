/**
 * Which DestinationRules apply to a service (`PushContext.destinationRule`, `MostSpecificHostMatch`). Depends on nothing
 * but the rules, so it is kept by every push context that took them over unchanged.
 */

import { hostMatches } from '../hosts.js';
import { isVisible } from '../scopes/visibility.js';
import type { Service } from '../services/service.js';
import type { DestinationRule } from './configs.js';

/** Rules of one namespace by their host. */
interface RulesOfNamespace {
  readonly exact: Map<string, DestinationRule[]>;
  /** Longest pattern first: of those that match a host, it is the most specific. */
  readonly wildcards: { readonly pattern: string; readonly rules: DestinationRule[] }[];
}

export class DestinationRuleTable {
  /** What proxies of the namespace may use of its rules, and what it exports, to whomever. */
  readonly #local = new Map<string, RulesOfNamespace>();
  readonly #exported = new Map<string, RulesOfNamespace>();
  /** Rules of the root namespace that are for its own proxies only. */
  readonly #rootOnly: RulesOfNamespace = { exact: new Map(), wildcards: [] };
  readonly #hosts = new Set<string>();
  readonly #hasWildcards: boolean;

  constructor(
    readonly rules: readonly DestinationRule[],
    readonly rootNamespace: string,
  ) {
    for (const rule of rules) {
      const { namespace } = rule.object;
      if (isVisible(rule.exportTo, namespace, namespace)) add(rule, ofNamespace(this.#local, namespace));
      if (!isPrivate(rule)) add(rule, ofNamespace(this.#exported, namespace));
      else if (namespace === rootNamespace) add(rule, this.#rootOnly);
      if (!isWildcard(rule.host)) this.#hosts.add(rule.host);
    }
    for (const { wildcards } of [...this.#local.values(), ...this.#exported.values(), this.#rootOnly]) {
      wildcards.sort((a, b) => b.pattern.length - a.pattern.length);
    }
    this.#hasWildcards = rules.some(({ host }) => isWildcard(host));
  }

  /** The only hosts of services that any rule can apply to; undefined: it may be any. */
  get hosts(): ReadonlySet<string> | undefined {
    return this.#hasWildcards ? undefined : this.#hosts;
  }

  /**
   * The rules that proxies of `viewer` apply to the service; several only if they are for one host in one namespace,
   * since those merge. Looked up in the proxy's namespace, then the service's, then the root namespace. Proxies of the
   * root namespace see its rules last, like everybody, unless a rule is for them alone. Of what a namespace exports, the
   * most specific host is the one looked at, and nothing less specific stands in for it if it is exported to others.
   */
  selectedFor(service: Service, viewer: string): readonly DestinationRule[] {
    const { host, namespace } = service.spec;
    const own = mostSpecific(viewer === this.rootNamespace ? this.#rootOnly : this.#local.get(viewer), host);
    if (own.length > 0) return own;
    for (const owner of [namespace, this.rootNamespace]) {
      const rules = mostSpecific(this.#exported.get(owner), host);
      const visible = rules.filter((rule) => isVisible(rule.exportTo, owner, viewer));
      if (visible.length > 0) return visible;
    }
    return NONE;
  }
}

const NONE: readonly DestinationRule[] = [];

function ofNamespace(index: Map<string, RulesOfNamespace>, namespace: string): RulesOfNamespace {
  let rules = index.get(namespace);
  if (rules === undefined) {
    rules = { exact: new Map(), wildcards: [] };
    index.set(namespace, rules);
  }
  return rules;
}

function add(rule: DestinationRule, { exact, wildcards }: RulesOfNamespace): void {
  const { host } = rule;
  const known = isWildcard(host) ? wildcards.find(({ pattern }) => pattern === host)?.rules : exact.get(host);
  if (known !== undefined) known.push(rule);
  else if (isWildcard(host)) wildcards.push({ pattern: host, rules: [rule] });
  else exact.set(host, [rule]);
}

function mostSpecific(rules: RulesOfNamespace | undefined, host: string): readonly DestinationRule[] {
  if (rules === undefined) return NONE;
  return rules.exact.get(host) ?? rules.wildcards.find(({ pattern }) => hostMatches(pattern, host))?.rules ?? NONE;
}

function isWildcard(host: string): boolean {
  return host.startsWith('*');
}

function isPrivate({ exportTo, object }: DestinationRule): boolean {
  return exportTo.length === 1 && (exportTo[0] === '.' || exportTo[0] === object.namespace);
}
