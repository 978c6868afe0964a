/** Plain data → a frozen Scenario, collecting every problem on the way. */

import type { z } from 'zod';
import { ENVIRONMENT } from '../../istio/environment/table.js';
import type { IstioVersion } from '../../istio/profile.js';
import type { Reporter } from '../document/reporter.js';
import { check } from '../document/zod-issues.js';
import type { Scenario, ThresholdSpec } from '../scenario.js';
import { IstiodYaml, ScenarioYaml, VERSIONS } from '../schema/schema.js';
import { didYouMean } from '../units/nearest.js';
import { formatDuration } from '../units/units.js';
import { checkVariable, normalised } from './environment.js';
import { resolveEvents } from './events.js';
import { resolveFleet, resolveWorkloads, withPods } from './fleet.js';
import { resolveMesh, withImplicitNamespaces } from './mesh.js';
import { isMapping, type ReadResources } from './resources.js';
import { checkTargets } from './targets.js';
import { parseThreshold } from './thresholds.js';

/**
 * @param defaultName the scenario's name unless it says one
 * @returns undefined when the reporter holds issues; sections are checked independently, so it holds all of them
 */
export function resolveScenario(
  written: unknown,
  defaultName: string,
  reporter: Reporter,
  readResources: ReadResources,
): Scenario | undefined {
  if (!isMapping(written)) {
    reporter.error('wrong-type', [], 'a scenario: a mapping with description, mesh, events, …', { received: written });
    return undefined;
  }
  const { shape } = ScenarioYaml;
  const known = Object.keys(shape);
  for (const key of Object.keys(written)) {
    if (Object.hasOwn(shape, key)) continue;
    const hint = didYouMean(key, known) ?? `known keys: ${known.join(', ')}`;
    reporter.error('unknown-key', [key], 'unknown key', { hint, part: 'key' });
  }
  // `key: ` with nothing behind it reads as null: taken as left out, as people mean it.
  const field = (key: string) => written[key] ?? undefined;
  const name = check(shape.name, field('name'), ['name'], reporter) ?? defaultName;
  const description = check(shape.description, field('description'), ['description'], reporter);
  const istio = check(shape.istio, field('istio'), ['istio'], reporter);
  const section = check(IstiodYaml, field('istiod') ?? {}, ['istiod'], reporter);
  const istiod = resolveIstiod(field('istiod'), section, istio, reporter);
  const run = check(shape.run, field('run'), ['run'], reporter);
  const costs = check(shape.costs, field('costs'), ['costs'], reporter);
  if (run && run.duration <= 0) {
    reporter.error('bad-value', ['run', 'duration'], 'a duration above zero', {
      received: formatDuration(run.duration),
    });
  }
  if (run && run.warmUp >= run.duration && run.warmUp > 0) {
    const expected = `a time before the end of the run at ${formatDuration(run.duration)}`;
    reporter.error('bad-value', ['run', 'warmUp'], expected, { received: formatDuration(run.warmUp) });
  }
  const before = reporter.issues.length;
  const listed = resolveMesh(field('mesh') ?? {}, reporter, readResources);
  const writtenMesh = field('mesh');
  const workloads = resolveWorkloads(isMapping(writtenMesh) ? writtenMesh.workloads : undefined, listed, reporter);
  const mesh = withPods(listed, workloads);
  const meshIsSound = reporter.issues.length === before;
  const events = resolveEvents(field('events'), run?.duration, reporter, readResources);
  // Names that a broken entry would have introduced must not be reported as unknown.
  if (meshIsSound) checkTargets(events, mesh, reporter);
  const fleet = resolveFleet(
    {
      istiod: section,
      writtenIstiod: field('istiod'),
      workloads,
      events: events.map(({ event }) => event),
      istio: istio ?? VERSIONS[1],
    },
    reporter,
  );
  const thresholds = resolveThresholds(field('thresholds'), reporter);
  if (reporter.issues.length > 0 || description === undefined || !istio || !istiod || !run || !costs) return undefined;

  const created = events.flatMap(({ event: { what } }) => {
    if (what.do === 'apply') return what.objects.map(({ namespace }) => namespace);
    return what.do === 'create' ? [what.namespace] : [];
  });
  const { context: contextInit, model = isFlat(field('costs')) ? 'flat' : 'mesh', ...otherCosts } = costs;
  return deepFreeze({
    name,
    description,
    istio,
    istiod,
    mesh: withImplicitNamespaces(mesh, [...created, ...workloads.map(({ namespace }) => namespace)]),
    events: events.map(({ event }) => event),
    costs: { model, contextInit, ...otherCosts },
    run,
    thresholds,
    ...(fleet === undefined ? {} : { fleet }),
  });
}

/** Whoever gives one of the plain numbers means them. */
function isFlat(costs: unknown): boolean {
  return isMapping(costs) && ['context', 'proxyState', 'generate', 'bytes'].some((key) => costs[key] !== undefined);
}

function resolveIstiod(
  written: unknown,
  section: z.output<typeof IstiodYaml> | undefined,
  istio: IstioVersion | undefined,
  reporter: Reporter,
): Scenario['istiod'] | undefined {
  const fields = isMapping(written) ? written : {};
  const env = Object.fromEntries(
    Object.entries(isMapping(fields.env) ? fields.env : {}).map(([name, value]) => [
      name,
      normalised(name, String(value)),
    ]),
  );
  const version = istio ?? VERSIONS[1];
  for (const [name, value] of Object.entries(env)) resolveVariable(name, value, version, istio !== undefined, reporter);
  if (!section) return undefined;
  const { cpu: cpuCores, memory: memoryBytes } = section.resources;
  return { cpuCores, memoryBytes, xds: section.xds ?? (version === '1.17' ? 'sotw' : 'delta'), env };
}

function resolveVariable(name: string, value: string, version: IstioVersion, sure: boolean, reporter: Reporter): void {
  const path = ['istiod', 'env', name];
  const found = checkVariable(name, value, version);
  if (found.ok) {
    if (found.modelled) return;
    reporter.warn('not-modelled', path, `${name} is real, but the model does not act upon it`, { part: 'key' });
  } else if (!found.unknown) {
    reporter.error('bad-value', path, found.expected, { received: value, hint: found.hint });
  } else if (sure || !Object.hasOwn(ENVIRONMENT, name)) {
    // With the version itself in doubt, which variables it has is anybody's guess; what no version has is wrong anyway.
    reporter.error('unknown-name', path, found.expected, { received: name, hint: found.hint, part: 'key' });
  }
}

function resolveThresholds(written: unknown, reporter: Reporter): ThresholdSpec[] {
  const texts = check(ScenarioYaml.shape.thresholds, written, ['thresholds'], reporter) ?? [];
  return texts.flatMap((text, i) => {
    const parsed = parseThreshold(text);
    if (parsed.ok) return [parsed.value];
    reporter.error('bad-value', ['thresholds', i], parsed.expected, { received: text, hint: parsed.hint });
    return [];
  });
}

/** Iterative and each object once: specs may share parts through YAML aliases. */
function deepFreeze<T extends object>(root: T): T {
  const open: object[] = [root];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (Object.isFrozen(at)) continue;
    Object.freeze(at);
    for (const value of Object.values(at)) if (typeof value === 'object' && value !== null) open.push(value);
  }
  return root;
}
