/** The grammar of `costs`: how much CPU, time and bytes each step takes, the same for every proxy. */
import { z } from 'zod';
import { RECORDED_WATCH } from '../../cost/watch-latency.js';
import { toDistribution } from '../units/distribution.js';
import { formatDuration } from '../units/units.js';
import { Duration as AnyDuration, Bytes } from './leaves.js';

const A_COST = 'a duration, or one distribution such as { exponential: 5ms } or { uniform: { min: 1ms, max: 9ms } }';

/** No step of a push takes longer; sums of such times, and draws from distributions of them, stay on the clock. */
const LONGEST_COST = 24 * 3_600_000_000_000;
const Duration = AnyDuration.refine((value) => value <= LONGEST_COST, {
  error: `at most ${formatDuration(LONGEST_COST)}`,
});

/** What is outside has no meaning here, and its draws leave the clock. */
function between(least: number, most: number) {
  const error = `a number from ${least} to ${most}`;
  return z.number({ error }).min(least, { error }).max(most, { error });
}

const shape = between(0.5, 100);
const sigmaOfLogarithm = between(0, 5);
export const Cost = z
  .union(
    [
      Duration,
      z.strictObject({ constant: Duration }),
      z.strictObject({ exponential: Duration.meta({ description: 'Mean' }) }),
      z.strictObject({ uniform: z.strictObject({ min: Duration, max: Duration }) }),
      z.strictObject({ normal: z.strictObject({ mean: Duration, sigma: Duration }) }),
      z.strictObject({ lognormal: z.strictObject({ median: Duration, sigma: sigmaOfLogarithm }) }),
      z.strictObject({ pareto: z.strictObject({ min: Duration, shape }) }),
      z.strictObject({ weibull: z.strictObject({ scale: Duration, shape }) }),
      z.strictObject({ empirical: z.array(Duration).min(1, { error: 'at least one duration' }) }),
    ],
    { error: A_COST },
  )
  .meta({
    description:
      'A duration, or a distribution: constant, exponential (mean), uniform, normal, lognormal, pareto, weibull, or empirical (rising quantiles)',
  })
  .transform((value, context) => {
    const made = toDistribution(value);
    if (made.ok) return made.value;
    context.issues.push({ code: 'custom', message: made.expected, input: value });
    return z.NEVER;
  });

export const CostsYaml = z.strictObject({
  model: z.enum(['mesh', 'flat'], { error: 'mesh or flat' }).optional().meta({
    description:
      'mesh: CPU and bytes follow from what each proxy sees; flat: the numbers given here. Default: flat if any is given',
  }),
  speed: between(0.001, 1000)
    .prefault(1)
    .meta({ description: 'mesh: how fast a core is, relative to the measured one' }),
  lockContention: z.boolean({ error: 'true or false' }).prefault(false).meta({
    description:
      'Whether endpoint updates wait for the generators of endpoints that are active, and later ones for them',
  }),
  context: Cost.prefault('2ms').meta({ description: 'CPU of building a push context' }),
  proxyState: Cost.prefault('100us').meta({ description: 'CPU of preparing one push to one proxy' }),
  generate: z
    .strictObject({
      cds: Cost.prefault('500us'),
      eds: Cost.prefault('500us'),
      lds: Cost.prefault('300us'),
      rds: Cost.prefault('500us'),
      nds: Cost.prefault('200us'),
      sds: Cost.prefault('100us'),
      ecds: Cost.prefault('100us'),
    })
    .prefault({})
    .meta({ description: 'CPU of generating and sending one message of each type' }),
  bytes: z
    .strictObject({
      cds: Bytes.prefault('200Ki'),
      eds: Bytes.prefault('60Ki'),
      lds: Bytes.prefault('10Ki'),
      rds: Bytes.prefault('100Ki'),
      nds: Bytes.prefault('20Ki'),
      sds: Bytes.prefault('4Ki'),
      ecds: Bytes.prefault('4Ki'),
    })
    .prefault({})
    .meta({ description: 'Size of one message of each type' }),
  network: Cost.prefault('500us').meta({ description: 'One way between istiod and a proxy' }),
  watch: z
    .union([z.literal('recorded').transform(() => RECORDED_WATCH), Cost], { error: `${A_COST}; or recorded` })
    .prefault('0s')
    .meta({
      description:
        'From the write of an object to istiod seeing it; recorded: as it was with an API server in a quiet cluster',
    }),
  envoyApply: Cost.prefault('1ms').meta({ description: 'Envoy applying one message' }),
});
