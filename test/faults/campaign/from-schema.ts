/** Documents from the grammar: whatever the JSON Schema of a scenario lets someone write, and a little more. */
import { z } from 'zod';
import { ScenarioYaml } from '../../../src/scenario/schema/schema.js';
import type { Draw } from './draw.js';
import { fitting, leaf } from './values.js';

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
}

export const SCENARIO_SCHEMA = z.toJSONSchema(ScenarioYaml, { io: 'input', unrepresentable: 'any' }) as Schema;

/** @param name of the field that holds the value */
export function written(schema: Schema, name: string, draw: Draw): unknown {
  if (draw.chance(0.004)) return leaf(draw);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return draw.chance(0.98) ? draw.of(schema.enum) : leaf(draw);
  if (schema.anyOf !== undefined) return written(draw.of(schema.anyOf), name, draw);
  if (schema.properties !== undefined) return mapping(schema, draw);
  if (schema.type === 'object') return free(schema, draw);
  if (schema.type === 'array') {
    const length = draw.of([0, 1, 1, 1, 2, 3]);
    return Array.from({ length }, () => written(schema.items ?? {}, name, draw));
  }
  if (schema.type === 'integer' && draw.chance(0.5)) {
    const { minimum = 0, maximum = 100 } = schema;
    return draw.chance(0.95)
      ? minimum + draw.below(Math.min(5, maximum - minimum + 1))
      : draw.of([minimum, maximum, maximum + 1]);
  }
  if (schema.type === 'boolean') return draw.chance(0.5);
  return fitting(name, schema.description ?? '', draw);
}

function mapping({ properties = {}, required = [] }: Schema, draw: Draw): unknown {
  const often = draw.of([0.1, 0.2, 0.5]);
  const entries: [string, unknown][] = [];
  for (const [key, inner] of Object.entries(properties)) {
    if (required.includes(key) ? draw.chance(0.99) : draw.chance(often)) entries.push([key, written(inner, key, draw)]);
  }
  if (draw.chance(0.01)) entries.push([draw.of(['nmae', '__proto__', 'spec', '\u001b[1m']), leaf(draw)]);
  return Object.fromEntries(entries);
}

function free({ additionalProperties }: Schema, draw: Draw): unknown {
  const inner = typeof additionalProperties === 'object' ? additionalProperties : {};
  const keys = ['app', 'istio', 'env', 'PILOT_DEBOUNCE_AFTER', 'PILOT_PUSH_THROTTLE', 'GOGC', '__proto__'];
  return Object.fromEntries(Array.from({ length: draw.below(3) }, () => [draw.of(keys), written(inner, 'name', draw)]));
}
