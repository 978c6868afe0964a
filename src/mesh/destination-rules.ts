/**
 * Which DestinationRules apply to a service (`PushContext.destinationRule`, `MostSpecificHostMatch`). Depends on nothing
 * but the rules, so it is kept by every push context that took them over unchanged.
 */
import type { DestinationRule } from './configs.js';
import { hostMatches } from './hosts.js';
import type { Service } from './service.js';
import { isVisible } from './visibility.js';

/** Rules of one namespace by their host. */
interface RulesOfNamespace {
  readonly exact: Map<string, DestinationRule[]>;
  /** Longest pattern first: of those that match a host, it is the most specific. */
  readonly wildcards: { readonly pattern: string; readonly rules: DestinationRule[] }[];
}

export class DestinationRuleTable {
  readonly #byNamespace = new Map<string, RulesOfNamespace>();
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
      let own = this.#byNamespace.get(namespace);
      if (own === undefined) {
        own = { exact: new Map(), wildcards: [] };
        this.#byNamespace.set(namespace, own);
      }
      add(rule, own);
      if (namespace === rootNamespace && isPrivate(rule)) add(rule, this.#rootOnly);
      if (!isWildcard(rule.host)) this.#hosts.add(rule.host);
    }
    for (const { wildcards } of [...this.#byNamespace.values(), this.#rootOnly]) {
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
   * root namespace see its rules last, like everybody, unless a rule is for them alone.
   */
  selectedFor(service: Service, viewer: string): readonly DestinationRule[] {
    const { host, namespace } = service.spec;
    const first = viewer === this.rootNamespace ? this.#rootOnly : this.#byNamespace.get(viewer);
    return (
      mostSpecific(first, host, viewer) ??
      mostSpecific(this.#byNamespace.get(namespace), host, viewer) ??
      mostSpecific(this.#byNamespace.get(this.rootNamespace), host, viewer) ??
      []
    );
  }
}

function add(rule: DestinationRule, { exact, wildcards }: RulesOfNamespace): void {
  const { host } = rule;
  const known = isWildcard(host) ? wildcards.find(({ pattern }) => pattern === host)?.rules : exact.get(host);
  if (known !== undefined) known.push(rule);
  else if (isWildcard(host)) wildcards.push({ pattern: host, rules: [rule] });
  else exact.set(host, [rule]);
}

function mostSpecific(
  own: RulesOfNamespace | undefined,
  host: string,
  viewer: string,
): readonly DestinationRule[] | undefined {
  if (own === undefined) return undefined;
  const exact = visible(own.exact.get(host), viewer);
  if (exact !== undefined) return exact;
  for (const { pattern, rules } of own.wildcards) {
    const matching = hostMatches(pattern, host) ? visible(rules, viewer) : undefined;
    if (matching !== undefined) return matching;
  }
  return undefined;
}

function visible(
  rules: readonly DestinationRule[] | undefined,
  viewer: string,
): readonly DestinationRule[] | undefined {
  const seen = rules?.filter((rule) => isVisible(rule.exportTo, rule.object.namespace, viewer));
  return seen?.length === 0 ? undefined : seen;
}

function isWildcard(host: string): boolean {
  return host.startsWith('*');
}

function isPrivate({ exportTo, object }: DestinationRule): boolean {
  return exportTo.length === 1 && (exportTo[0] === '.' || exportTo[0] === object.namespace);
}
