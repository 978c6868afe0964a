/** What every kind of event has: how it is written, when it happens, and the effect it means. One file a kind. */
import { z } from 'zod';
import type { EventEffect } from '../../cluster/event-spec.js';
import type { Path, Reporter } from '../document/reporter.js';
import type { ReadResources } from '../resolve/resources.js';
import { count, Duration, Rate } from '../schema/leaves.js';

/** Where an event stands, and who hears of what is wrong with it. */
export interface Place {
  readonly path: Path;
  readonly reporter: Reporter;
  readonly readResources: ReadResources;
}

export interface EventKind<K extends string, S extends z.ZodType> {
  /** The key that makes an event of this kind. */
  readonly key: K;
  readonly schema: S;
  /** For the first check, where parts are checked one by one afterwards. */
  readonly looseSchema?: z.ZodType;
  /** Undefined when something in it is wrong, which the reporter knows then. */
  readonly effect: (event: z.output<S>, place: Place) => EventEffect | undefined;
}

export function eventKind<K extends string, S extends z.ZodType>(kind: EventKind<K, S>): EventKind<K, S> {
  return kind;
}

const A_NAME = 'a name of letters, digits, dashes and dots';
const EventName = z
  .string({ error: A_NAME })
  .regex(/^[A-Za-z0-9][-\w.]{0,99}$/, { error: A_NAME })
  .meta({ description: 'Keys its random numbers, and is its source in reports; default KIND-N' });

/** When: at (with repeat and every), or poisson (with from and until). */
export const timing = {
  name: EventName.optional(),
  source: EventName.meta({
    description: 'Who writes, in reports; several events may have one. Default: the name',
  }).optional(),
  at: Duration.optional(),
  repeat: count('How many times', 1, 100_000_000).optional(),
  every: Duration.optional(),
  poisson: Rate.optional(),
  from: Duration.optional(),
  until: Duration.optional(),
};
