/** The `costs` of a scenario: which of the two models, and what is nothing to it. */
import type { CostSpec } from '../../fleet/spec.js';
import type { Reporter } from '../document/reporter.js';
import { check } from '../document/zod-issues.js';
import { CostsYaml } from '../schema/costs.js';
import { isMapping } from './resources.js';

/** Plain numbers: whoever gives one of them means them. */
const OF_FLAT = ['context', 'proxyState', 'generate', 'bytes'] as const;
const OF_MESH = ['speed'] as const;

export function resolveCosts(field: unknown, reporter: Reporter): CostSpec | undefined {
  const read = check(CostsYaml.prefault({}), field, ['costs'], reporter);
  if (read === undefined) return undefined;
  const written = isMapping(field) ? field : {};
  const given = (keys: readonly string[]) => keys.filter((key) => written[key] !== undefined);
  const { model = given(OF_FLAT).length > 0 ? 'flat' : 'mesh' } = read;
  const idle = given(model === 'mesh' ? OF_FLAT : OF_MESH);
  for (const key of idle) {
    const text = `${key} says nothing to model: ${model}`;
    reporter.warn('no-effect', ['costs', key], text, { part: 'key' });
  }
  const used = idle.length === 0 ? read : CostsYaml.parse(without(written, idle));
  const { context: contextInit, model: _model, ...others } = used;
  return { model, contextInit, ...others };
}

function without(written: Readonly<Record<string, unknown>>, keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(written).filter(([key]) => !keys.includes(key)));
}
