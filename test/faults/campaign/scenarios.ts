/** Scenario inputs of a campaign, each by its seed. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { EVERYTHING } from '../../scenario/helpers.js';
import { type Draw, drawOf } from './draw.js';
import { SCENARIO_SCHEMA, written } from './from-schema.js';
import { damagedText, mutated } from './mutate.js';
import { leaf } from './values.js';

export interface Input {
  readonly text: string;
  readonly sets: readonly string[];
}

const folder = fileURLToPath(new URL('../../../scenarios', import.meta.url));
const shipped = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => readFileSync(join(folder, name), 'utf8'));
const texts = [EVERYTHING, ...shipped];
/** Of small meshes, that many can be tried; the others now and then. */
const small = texts.filter((text) => !/\d{3}/.test(text.replaceAll(/\d+ms|1\.\d+|\d+\.com/g, '')));
const documents = new Map(texts.map((text) => [text, parse(text) as unknown]));

const PATHS = [
  'run.duration',
  'run.seed',
  'mesh.generate[0].services',
  'events[0]',
  'istiod.env.GOGC',
  'costs',
  'a..b',
  '',
];

export function scenarioInput(seed: number): Input {
  const draw = drawOf(seed);
  const sets = draw.chance(0.1) ? [`${draw.of(PATHS)}=${valueText(leaf(draw))}`] : [];
  return { text: text(draw), sets };
}

function text(draw: Draw): string {
  const shippedOne = draw.of(draw.chance(0.02) ? texts : small);
  switch (draw.below(5)) {
    case 0:
      return damagedText(shippedOne, draw);
    case 1:
      return valueText(mutated(documents.get(shippedOne), draw));
    default: {
      const made = written(SCENARIO_SCHEMA, '', draw);
      return valueText(draw.chance(0.2) ? mutated(made, draw) : made);
    }
  }
}

/** JSON is YAML; a number that JSON has not is written as YAML has it. */
function valueText(value: unknown): string {
  return JSON.stringify(value) ?? 'null';
}
