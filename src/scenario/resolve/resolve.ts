/** Plain data → a frozen Scenario, collecting every problem on the way. */

import type { z } from 'zod';
import { windowLength } from '../../cluster/timeline/replay.js';
import type { Nanos } from '../../engine/time.js';
import { type IstioVersion, profileOf } from '../../istio/profile.js';
import { DEFAULT_VERSION } from '../../istio/releases.js';
import type { MeshSpec } from '../../mesh/spec.js';
import { printable, printableLines } from '../document/printable.js';
import type { Reporter } from '../document/reporter.js';
import { check } from '../document/zod-issues.js';
import { notesOf } from '../limits/object-notes.js';
import type { Scenario, ThresholdSpec } from '../scenario.js';
import { IstiodYaml, ScenarioYaml } from '../schema/schema.js';
import { didYouMean } from '../units/nearest.js';
import { formatDuration } from '../units/units.js';
import { namespacesOf } from './apply.js';
import { resolveClusters } from './clusters.js';
import { resolveCosts } from './costs.js';
import { checkVariable, isVariable, normalised } from './environment.js';
import { resolveEvents } from './events.js';
import { resolveFleet, resolveWorkloads, withPods } from './fleet.js';
import { resolveMesh, withImplicitNamespaces } from './mesh.js';
import { isMapping, type ReadResources } from './resources.js';
import { checkTargets } from './targets.js';
import { parseThreshold } from './thresholds.js';
import { type ReadTimeline, resolveTimeline } from './timeline.js';

/**
 * @param defaultName the scenario's name unless it says one
 * @param pathOf where a file is that the scenario names; undefined: it may not be read
 * @returns undefined when the reporter holds issues; sections are checked independently, so it holds all of them
 */
export function resolveScenario(
  written: unknown,
  defaultName: string,
  reporter: Reporter,
  readResources: ReadResources,
  pathOf: (file: string) => string | undefined,
): Scenario | undefined {
  if (!isMapping(written)) {
    reporter.error('wrong-type', [], 'a scenario: a mapping with description, mesh, events, …', { received: written });
    return undefined;
  }
  const { shape } = ScenarioYaml;
  checkKeys(written, Object.keys(shape), reporter);
  // `key: ` with nothing behind it reads as null: taken as left out, as people mean it.
  const field = (key: string) => written[key] ?? undefined;
  const name = printable(check(shape.name, field('name'), ['name'], reporter) ?? defaultName);
  const description = check(shape.description, field('description'), ['description'], reporter);
  const istio = check(shape.istio, field('istio'), ['istio'], reporter);
  const section = check(IstiodYaml, field('istiod') ?? {}, ['istiod'], reporter);
  const istiod = resolveIstiod(field('istiod'), section, istio, reporter);
  const timeline = resolveTimeline(field('timeline'), reporter, pathOf);
  const run = check(shape.run, withDuration(field('run'), timeline), ['run'], reporter);
  const costs = resolveCosts(field('costs'), reporter);
  if (run) checkRun(run, reporter);
  const parts = { field, section, istio, duration: run?.duration };
  const { mesh, events, workloads, fleet } = resolveCluster(parts, reporter, readResources);
  const thresholds = resolveThresholds(field('thresholds'), reporter);
  if (istio && istiod) {
    const watchesGrpcRoutes = profileOf(istio).translatedKinds.has('GRPCRoute');
    notesOf(reporter).subsets(mesh.services);
    notesOf(reporter).foreign({ revision: istiod.env.REVISION || 'default', watchesGrpcRoutes });
  }
  if (reporter.issues.length > 0 || description === undefined || !istio || !istiod || !run || !costs) return undefined;

  const created = events.flatMap(({ event: { what } }) => namespacesOf(what));
  return deepFreeze({
    name,
    description: printableLines(description),
    istio,
    istiod,
    mesh: withImplicitNamespaces(withSlicesOf(mesh, timeline), [
      ...created,
      ...workloads.map(({ namespace }) => namespace),
    ]),
    events: events.map(({ event }) => event),
    ...(timeline === undefined ? {} : { timeline: timeline.timeline }),
    costs,
    run: { ...run, seed: printable(run.seed) },
    thresholds,
    ...(fleet === undefined ? {} : { fleet }),
  });
}

/** Those of the timeline's file are the last. */
function withSlicesOf(mesh: MeshSpec, timeline: ReadTimeline | undefined): MeshSpec {
  return timeline === undefined ? mesh : { ...mesh, slices: [...(mesh.slices ?? []), ...timeline.slices] };
}

interface ClusterParts {
  readonly field: (key: string) => unknown;
  readonly section: z.output<typeof IstiodYaml> | undefined;
  readonly istio: IstioVersion | undefined;
  readonly duration: Nanos | undefined;
}

/** What there is, and what happens to it. */
function resolveCluster(
  { field, section, istio, duration }: ClusterParts,
  reporter: Reporter,
  readResources: ReadResources,
) {
  const before = reporter.issues.length;
  const writtenMesh = field('mesh');
  const own = resolveMesh(writtenMesh ?? {}, reporter, readResources);
  const { mesh: listed, clusters } = resolveClusters(writtenMesh, own, reporter, readResources);
  const workloads = resolveWorkloads(isMapping(writtenMesh) ? writtenMesh.workloads : undefined, listed, reporter);
  const mesh = withPods(listed, workloads);
  const meshIsSound = reporter.issues.length === before;
  const events = resolveEvents(field('events'), duration, reporter, readResources);
  // Names that a broken entry would have introduced must not be reported as unknown.
  if (meshIsSound) checkTargets(events, mesh, reporter);
  const fleet = resolveFleet(
    {
      istiod: section,
      writtenIstiod: field('istiod'),
      workloads,
      clusters,
      events: events.map(({ event }) => event),
      istio: istio ?? DEFAULT_VERSION,
    },
    reporter,
  );
  return { mesh, events, workloads, fleet };
}

/** A replay lasts as long as its window unless the scenario says otherwise. */
function withDuration(run: unknown, read: ReadTimeline | undefined): unknown {
  if (read === undefined || (isMapping(run) && run.duration !== undefined)) return run;
  const duration = formatDuration(windowLength(read.timeline, read.lasts));
  return { ...(isMapping(run) ? run : {}), duration };
}

/** What a schema cannot say of `run`. */
function checkRun({ duration, warmUp }: Scenario['run'], reporter: Reporter): void {
  if (duration <= 0) {
    reporter.error('bad-value', ['run', 'duration'], 'a duration above zero', {
      received: formatDuration(duration),
    });
  }
  if (warmUp >= duration && warmUp > 0) {
    const expected = `a time before the end of the run at ${formatDuration(duration)}`;
    reporter.error('bad-value', ['run', 'warmUp'], expected, { received: formatDuration(warmUp) });
  }
}

function checkKeys(written: Readonly<Record<string, unknown>>, known: readonly string[], reporter: Reporter): void {
  for (const key of Object.keys(written)) {
    if (known.includes(key)) continue;
    const hint = didYouMean(key, known) ?? `known keys: ${known.join(', ')}`;
    reporter.error('unknown-key', [key], 'unknown key', { hint, part: 'key' });
  }
}

function resolveIstiod(
  written: unknown,
  section: z.output<typeof IstiodYaml> | undefined,
  istio: IstioVersion | undefined,
  reporter: Reporter,
): Scenario['istiod'] | undefined {
  const fields = isMapping(written) ? written : {};
  const env = Object.fromEntries(
    Object.entries(isMapping(fields.env) ? fields.env : {}).flatMap(([name, value]) =>
      // Anything else the schema has refused already.
      ['string', 'number', 'boolean'].includes(typeof value) ? [[name, normalised(name, String(value))]] : [],
    ),
  );
  const version = istio ?? DEFAULT_VERSION;
  resolveVariables(env, version, istio !== undefined, reporter);
  if (!section) return undefined;
  const { cpu: cpuCores, memory: memoryBytes } = section.resources;
  return { cpuCores, memoryBytes, xds: section.xds ?? profileOf(version).defaults.xds, env };
}

/** What concerns pushing is told of by name; what does not, in one line. */
function resolveVariables(
  env: Readonly<Record<string, string>>,
  version: IstioVersion,
  sure: boolean,
  reporter: Reporter,
): void {
  const others: Record<'other' | 'agent', string[]> = { other: [], agent: [] };
  for (const [name, value] of Object.entries(env)) {
    const path = ['istiod', 'env', name];
    const found = checkVariable(name, value, version);
    if (found.ok) {
      if (found.standing === 'pushing')
        reporter.warn('not-modelled', path, `${name} is real, but the model does not act upon it`, { part: 'key' });
      else if (found.standing !== 'modelled') others[found.standing].push(name);
    } else if (!found.unknown) {
      reporter.error('bad-value', path, found.expected, { received: value, hint: found.hint });
    } else if (sure || !isVariable(name)) {
      // With the release itself in doubt, which variables it has is anybody's guess; what none has is wrong anyway.
      reporter.error('unknown-name', path, found.expected, { received: name, hint: found.hint, part: 'key' });
    }
  }
  const told: readonly (readonly [names: readonly string[], text: string])[] = [
    [others.other, 'nothing to do with pushing, so the model takes no notice of'],
    [others.agent, 'read by the agent beside each proxy and not by istiod, so nothing changes with'],
  ];
  for (const [[first, ...more], text] of told) {
    if (first === undefined) continue;
    const path = ['istiod', 'env', first];
    reporter.warn('not-modelled', path, `${text} ${[first, ...more].join(', ')}`, { part: 'key' });
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
