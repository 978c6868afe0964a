/** The grammar of a sweep file. */
import { z } from 'zod';
import { count, message, oneOf } from '../../scenario/schema/leaves.js';
import { measureProblem } from '../measures.js';
import { MOST_REPLICATIONS } from '../replicate.js';

/** A point takes a simulation for each replication: beyond this a number was mistyped. */
export const MOST_POINTS = 100_000;

const Sentence = z.string({ error: 'one sentence: what is this sweep to find out?' }).min(1);
const Text = z.string({ error: 'text' });

const Level = z.union([z.string(), z.number(), z.boolean()], { error: 'text, a number, true or false' });
const Quantity = z.union([z.string(), z.number()], { error: 'a duration or a quantity, such as 100ms, 4 or 2Gi' });

const Range = z.strictObject({
  from: Quantity,
  to: Quantity,
  scale: oneOf(['linear', 'log'], 'log spreads points evenly over ratios').prefault('linear'),
  whole: z.boolean({ error: 'true or false' }).prefault(false),
});
export type RangeYaml = z.output<typeof Range>;

export const FactorYaml = z.union([z.array(Level).min(1, { error: 'at least one level' }), Range], {
  error: 'a list of levels, or { from, to } for a range',
});

const Design = z.union(
  [
    z.literal('grid'),
    z.strictObject({ latinHypercube: count('Points', 2, 10_000) }),
    z.strictObject({ screening: oneOf(['plain', 'foldOver'], 'foldOver: twice the runs, clear of pairs of factors') }),
    z.strictObject({ file: Text }),
  ],
  { error: 'grid, { latinHypercube: POINTS }, { screening: plain }, { screening: foldOver } or { file: points.csv }' },
);

export const Measure = z
  .string({ error: 'the name of a measure' })
  .refine((name) => measureProblem(name) === undefined, {
    error: (issue) => message('a known measure', measureProblem(String(issue.input))),
  });

export const Fraction = z
  .string({ error: 'a percentage, such as 5%' })
  .regex(/^\d{1,2}(\.\d{1,4})?%$/, { error: 'a percentage below 100 %, such as 5%' })
  .transform((text) => Number(text.slice(0, -1)) / 100)
  .refine((value) => value > 0, { error: 'a percentage above 0 %, such as 5%' });

export const SweepYaml = z.strictObject({
  name: z.string().min(1).optional(),
  description: Sentence,
  scenario: z.string({ error: 'the scenario file, relative to this one' }).min(1),
  set: z.array(Text, { error: 'a list of path=value' }).prefault([]),
  factors: z
    .record(z.string(), FactorYaml, { error: 'a mapping of fields, as --set names them, to their levels' })
    .prefault({}),
  design: Design.prefault('grid'),
  objectives: z
    .array(Measure, { error: 'a list of measures to keep small' })
    .min(1, { error: 'at least one measure' })
    .prefault(['pilot_xds_pushes.total', 'staleness.p99']),
  measures: z.array(Measure, { error: 'a list of measures' }).prefault([]),
  replications: count('Simulations of each point', 1, MOST_REPLICATIONS).prefault(10),
  untilPrecision: Fraction.optional(),
  confidence: Fraction.prefault('95%'),
  warmUp: z.literal('auto', { error: 'auto (a fixed time is run.warmUp of the scenario)' }).optional(),
  seed: z.union([z.string(), z.number()], { error: 'text or a number' }).transform(String).optional(),
});
export type SweepYamlOutput = z.output<typeof SweepYaml>;
