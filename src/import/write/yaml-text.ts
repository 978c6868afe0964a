/** Plain data as YAML that people like to edit: one entry a line where it fits. */

/** A flow value on one line; text is quoted unless every YAML reader takes it for text. */
export function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, one]) => one !== undefined);
    return entries.length === 0
      ? '{}'
      : `{ ${entries.map(([key, one]) => `${scalar(key)}: ${flow(one)}`).join(', ')} }`;
  }
  return scalar(value);
}

const PLAIN = /^[A-Za-z_][\w./-]*$/;
const OTHERWISE = /^(?:true|false|yes|no|on|off|null|y|n|nan|inf)$/i;

export function scalar(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value ?? null);
  if (PLAIN.test(value) && !OTHERWISE.test(value)) return value;
  return JSON.stringify(value);
}

/** Lines of a list, one entry each, indented. */
export function rows(values: readonly unknown[], indent: string): string[] {
  return values.map((value) => `${indent}- ${flow(value)}`);
}
