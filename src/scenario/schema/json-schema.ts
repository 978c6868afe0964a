/** The grammar as JSON Schema, for completion and checks while typing. */
import { z } from 'zod';
import { ScenarioYaml } from './schema.js';

/** Text of `scenario.schema.json`. */
export function jsonSchemaText(): string {
  return `${JSON.stringify(z.toJSONSchema(ScenarioYaml, { io: 'input', target: 'draft-7' }), null, 2)}\n`;
}
