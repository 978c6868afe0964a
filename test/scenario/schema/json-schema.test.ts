import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { jsonSchemaText } from '../../../src/scenario/schema/json-schema.js';

test('the schema file is the schema: pushsim schema > scenario.schema.json', () => {
  expect(readFileSync(new URL('../../../scenario.schema.json', import.meta.url), 'utf8')).toBe(jsonSchemaText());
});

test('the schema knows defaults, descriptions and the variables of istiod', () => {
  const schema = JSON.parse(jsonSchemaText());
  expect(schema.required).toEqual(['description']);
  expect(schema.properties.run.properties.duration).toMatchObject({ default: '1m', description: expect.any(String) });
  expect(schema.properties.istiod.properties.env.properties).toHaveProperty('PILOT_DEBOUNCE_AFTER');
});
