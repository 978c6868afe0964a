/**
 * `exportTo`: which namespaces may see an object of another namespace (`pkg/config/visibility`). An empty list means
 * the mesh default, which is everyone.
 */
export function isVisible(exportTo: readonly string[], owner: string, viewer: string): boolean {
  if (exportTo.length === 0) return true;
  for (const entry of exportTo) {
    if (entry === '*') return true;
    if (entry === '.' && owner === viewer) return true;
    if (entry === viewer) return true;
  }
  return false;
}

/** Seen by every namespace, so that all default scopes share it. */
export function isPublic(exportTo: readonly string[]): boolean {
  return exportTo.length === 0 || exportTo.includes('*');
}

/** Exported to nobody (`~`): B and C suppress the push of such a Service. */
export function isHidden(exportTo: readonly string[]): boolean {
  return exportTo.includes('~');
}

/** The `exportTo` list of a config object's spec. */
export function exportToOf(spec: Readonly<Record<string, unknown>>): readonly string[] {
  const value = spec.exportTo;
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : [];
}
