/**
 * Readers of the untyped specs of Kubernetes objects: each takes the value of a field as the type that it should have,
 * and as empty when it has another.
 */
export type Fields = Readonly<Record<string, unknown>>;

export function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fields) : [];
}

export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : [];
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A number of a port, which people also write as text. */
export function portNumber(value: unknown): number {
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : 80;
}

export function labels(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fields(value)).map(([name, entry]) => [name, typeof entry === 'object' ? '' : String(entry)]),
  );
}
