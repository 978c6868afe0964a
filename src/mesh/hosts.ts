/**
 * Host names and the patterns that select them, after `pkg/config/host`: a pattern is a full name, `*`, or `*.suffix`.
 */

/** Whether `pattern` covers `host`; `host` may itself be a wildcard (then it must be covered whole). */
export function hostMatches(pattern: string, host: string): boolean {
  if (pattern === '*' || pattern === host) return true;
  if (!pattern.startsWith('*')) return false;
  const suffix = pattern.slice(1);
  return (host.startsWith('*') ? host.slice(1) : host).endsWith(suffix);
}

/** Whether some host is covered by both, as `Name.Matches` decides for two wildcards. */
export function hostsOverlap(a: string, b: string): boolean {
  return hostMatches(a, b) || hostMatches(b, a);
}

/** Expands a short host (`cart`, `cart.shop`) the way Istio resolves it for an object in `namespace`. */
export function resolveHost(host: string, namespace: string): string {
  return host.includes('.') || host.startsWith('*') ? host : `${host}.${namespace}.svc.cluster.local`;
}
