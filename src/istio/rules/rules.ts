/** All rules, in the order of the pipeline. Together they own every value once; the compiler sees that none is missing. */
import type { Rule, ValueName } from '../rule.js';
import * as costs from './costs.js';
import * as events from './events.js';
import * as generators from './generators.js';
import * as others from './others.js';
import * as relevance from './relevance.js';
import * as requests from './requests.js';
import * as streams from './streams.js';
import * as telling from './telling.js';

const GROUPS = { ...events, ...streams, ...requests, ...relevance, ...generators, ...others, ...costs, ...telling };

type AllKeys<T> = T extends unknown ? keyof T : never;
type OwnedNames = AllKeys<(typeof GROUPS)[keyof typeof GROUPS]['origin']>;

/** Fails to compile with the names of values that no rule owns. */
export type Unowned = Exclude<ValueName, OwnedNames>;
const NONE_IS_UNOWNED: [Unowned] extends [never] ? true : Unowned = true;
void NONE_IS_UNOWNED;

/** Told of, and changing nothing in the model. */
const ONLY_TOLD: ReadonlySet<string> = new Set(
  [
    ...Object.values(telling),
    events.ENDPOINT_IDENTITY,
    events.ENDPOINT_SLICES,
    events.POD_LABELS,
    streams.UNHEALTHY_ENDPOINTS,
    generators.PARTIAL_FULL_PUSHES,
    others.SEND_TIMEOUT,
    others.PASSTHROUGH_CLUSTERS,
    others.GATEWAY_SCOPES,
    others.CLOSE_GRACE,
  ].map(({ id }) => id),
);

/** They choose numbers of the cost profile. */
const ONLY_NUMBERS: ReadonlySet<string> = new Set(
  [
    costs.LAZY_SCOPES,
    costs.SLICES_PER_SERVICE,
    costs.VIRTUAL_SERVICE_COPIES,
    costs.VTPROTOBUF,
    costs.CLUSTER_SIZE,
    costs.LISTENER_SIZE,
    costs.ROUTE_SIZE,
  ].map(({ id }) => id),
);

/** Whether what istiod decides, or when, depends on the rule here. */
export function isActedUpon({ id }: Pick<Rule, 'id'>): boolean {
  return !ONLY_TOLD.has(id) && !ONLY_NUMBERS.has(id);
}

/** Whether anything here depends on the rule, a cost or a size included. */
export function isModelled({ id }: Pick<Rule, 'id'>): boolean {
  return !ONLY_TOLD.has(id);
}

export const RULES: readonly Rule[] = Object.values(GROUPS) as unknown as readonly Rule[];
