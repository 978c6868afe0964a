/** The grammar of a scenario file: one strict schema, from which the JSON Schema for editors is made too. */
import { z } from 'zod';
import { PIPELINE_VARIABLES } from '../../istio/environment/table.js';
import { noSuchRelease } from '../../istio/neighbours.js';
import { DEFAULT_VERSION, findRelease, MINORS, RELEASE_PATTERN, RELEASES } from '../../istio/releases.js';
import { EventYaml } from '../events/event-kinds.js';
import { CostsYaml } from './costs.js';
import { fleetOfIstiod } from './fleet.js';
import { Bytes, Cores, count, Duration, message, oneOf, plain } from './leaves.js';
import { MeshYaml } from './mesh.js';
import { TimelineYaml } from './timeline.js';

/** A minor release, which means its newest patch, or a patch release. */
const IstioRelease = z
  .string({ error: versionError })
  .refine((name) => findRelease(name) !== undefined, { error: versionError })
  .meta({
    description: `Release of istiod to follow: ${MINORS[0]} to ${MINORS.at(-1)}, or a patch such as ${RELEASES[0]?.name}`,
    anyOf: [{ enum: [...MINORS] }, { pattern: RELEASE_PATTERN }],
  });

function versionError(issue: { readonly input?: unknown }): string {
  const [expected, hint] = noSuchRelease(plain(issue.input));
  return message(expected, hint);
}

const Sentence = z
  .string({ error: 'one sentence: which question does this file answer?' })
  .min(1, { error: 'one sentence: which question does this file answer?' });

export const IstiodYaml = z.strictObject({
  resources: z.strictObject({ cpu: Cores.prefault('2'), memory: Bytes.prefault('2Gi') }).prefault({}),
  env: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()], { error: 'text, a number, true or false' }), {
      error: 'a mapping of environment variables',
    })
    .prefault({})
    .meta({
      description: "istiod's environment variables by their real names",
      properties: Object.fromEntries(PIPELINE_VARIABLES.map(([name, description]) => [name, { description }])),
    }),
  xds: oneOf(['sotw', 'delta'], 'Protocol; default: that of the release').optional(),
  ...fleetOfIstiod,
});

/** Half of what simulated time can hold: what is under way at the end has to end, too. */
const LONGEST_RUN = 1_200 * 3_600_000_000_000;

const RunYaml = z.strictObject({
  kind: oneOf(['terminating', 'steady-state'], 'Whether there is an end to look at, or a state').prefault(
    'terminating',
  ),
  duration: Duration.refine((value) => value <= LONGEST_RUN, { error: 'at most 1200h' }).prefault('1m'),
  warmUp: Duration.prefault('0s'),
  seed: z.union([z.string(), z.number()], { error: 'text or a number' }).transform(String).prefault('1'),
  replications: count('Independent repetitions', 1, 1_000_000).prefault(1),
  start: oneOf(['connected', 'cold'], 'Proxies have their configuration at 0, or connect then').prefault('connected'),
});

export const ScenarioYaml = z
  .strictObject({
    name: z.string().min(1).optional().meta({ description: 'Default: the name of the file' }),
    description: Sentence,
    istio: IstioRelease.prefault(DEFAULT_VERSION),
    istiod: IstiodYaml.prefault({}),
    mesh: MeshYaml.prefault({}),
    events: z.array(EventYaml, { error: 'a list of events' }).prefault([]),
    timeline: TimelineYaml.optional(),
    costs: CostsYaml.prefault({}),
    run: RunYaml.prefault({}),
    thresholds: z
      .array(z.string({ error: 'a condition such as "staleness.p99 < 2s"' }), { error: 'a list of conditions' })
      .prefault([])
      .meta({ description: 'Conditions on metrics, such as "staleness.p99 < 2s"' }),
  })
  .meta({ title: 'pushsim scenario' });
