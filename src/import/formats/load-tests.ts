/** Configurations of load tests: which tool's it is, and on to its reader. They plan a cluster; they are no history. */
import { isObject } from '../framing/piece.js';
import { readYaml } from '../framing/yaml.js';
import type { Gathered } from '../gathered.js';
import type { Told } from '../observed/sighting.js';
import { clusterLoader } from './clusterloader2.js';
import { renderTemplate } from './go-template.js';
import { kubeBurner } from './kube-burner.js';
import type { Fields, LoadTest } from './load-test.js';
import { pilotLoad } from './pilot-load.js';

export function isLoadTest(value: unknown): boolean {
  return readerFor(value) !== undefined;
}

function readerFor(value: unknown): ((config: Fields) => LoadTest) | undefined {
  if (!isObject(value) || 'apiVersion' in value) return undefined;
  if (Array.isArray(value.jobs)) return kubeBurner;
  if (Array.isArray(value.steps) || Array.isArray(value.tuningSets)) return clusterLoader;
  return Array.isArray(value.namespaces) || 'jitter' in value || 'stableNames' in value ? pilotLoad : undefined;
}

/** @param config the text, or the value of a document that is no template */
export function readLoadTest(config: unknown, file: string, told: Told, into: Gathered): void {
  let value = config;
  if (typeof config === 'string') {
    const { text, unknown } = renderTemplate(config);
    if (unknown.length > 0)
      told.note(`${file}: a template; ${unknown.join(', ')} counted as 0: give the rendered file for its real value`);
    const read = readYaml(text);
    if ('what' in read) {
      // What stands for a line's end in YAML may be none in a file.
      const line = Math.min(read.line, config.split('\n').length);
      told.bad(line, read.what.startsWith('a template') ? read.what : `${read.what}; this file is a template`);
      return;
    }
    value = read.value;
  }
  const reader = readerFor(value);
  if (reader === undefined || !isObject(value)) {
    told.bad(1, 'a template that is no configuration of kube-burner or ClusterLoader2; render it first');
    return;
  }
  const { kind, scenario, warnings } = reader(value);
  for (const warning of warnings) told.note(`${kind}: ${warning}`);
  into.plans.push({ file, kind, scenario });
}
