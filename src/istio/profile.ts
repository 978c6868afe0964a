/** What all rules say on the date of a release: the stages ask the profile and hold no version names. */

import type { ContextPart } from './context-parts.js';
import type { ConfigKind } from './kinds.js';
import { ALL_KINDS } from './kinds.js';
import { type Release, releaseOf } from './releases.js';
import { valuesAt } from './rule.js';
import type { CostValues, EventValues, PushValues, Relevance, RequestValues, RuleValues } from './rule-values.js';
import { RULES } from './rules/rules.js';
import { type SkipTable, skipTable } from './skip-table.js';
import type { XdsType } from './xds-types.js';

export type { Relevance } from './rule-values.js';

/** A release as somebody wrote it: `1.24`, `1.24.6`, `1.32-dev`. */
export type IstioVersion = string;

type Lists = 'scopeKinds' | 'gatewayKinds' | 'countedOnce' | 'fullOnly' | 'edsPartialKinds' | 'deltaCdsKinds';
type Defaults = 'xds' | 'pushThrottle' | 'maxRequestsPerSecond' | 'enhancedResourceScoping';

export interface Profile
  extends Omit<EventValues, 'translatedKinds'>,
    Omit<RequestValues, Lists | Defaults>,
    Omit<PushValues, Lists>,
    CostValues {
  /** As written. */
  readonly version: IstioVersion;
  readonly release: Release;
  /** What the rules say, one value each. */
  readonly values: RuleValues;
  readonly relevance: {
    readonly sidecar: Readonly<Record<ConfigKind, Relevance>>;
    readonly router: Readonly<Record<ConfigKind, Relevance>>;
  };
  readonly skips: SkipTable;
  readonly rebuilds: Readonly<Record<ConfigKind, readonly ContextPart[]>>;
  readonly translatedKinds: ReadonlySet<ConfigKind>;
  readonly scopeKinds: ReadonlySet<ConfigKind>;
  readonly gatewayKinds: ReadonlySet<ConfigKind>;
  readonly edsPartialKinds: ReadonlySet<ConfigKind>;
  readonly deltaCdsKinds: ReadonlySet<ConfigKind>;
  readonly fullOnly: ReadonlySet<XdsType>;
  readonly countedOnce: ReadonlySet<string>;
  readonly defaults: Pick<RequestValues, Defaults>;
}

const PROFILES = new Map<IstioVersion, Profile>();

/** @throws for a version that was not checked by `findRelease` */
export function profileOf(version: IstioVersion): Profile {
  const known = PROFILES.get(version);
  if (known !== undefined) return known;
  const release = releaseOf(version);
  const profile = profileFrom(version, release, ruleValues(release));
  PROFILES.set(version, profile);
  return profile;
}

/** The fold over all rules. */
export function ruleValues(release: Release): RuleValues {
  return Object.assign({}, ...RULES.map((rule) => valuesAt(rule, release))) as RuleValues;
}

/** @param values of the release, or some of them as they are in another */
export function profileFrom(version: IstioVersion, release: Release, values: RuleValues): Profile {
  return {
    ...values,
    version,
    release,
    values,
    relevance: {
      sidecar: byKind((kind) => values[`sidecar.${kind}`]),
      router: byKind((kind) => values[`router.${kind}`]),
    },
    skips: skipTable(ALL_KINDS.map((kind) => `${kind} ${values[`skips.${kind}`]}`).join('\n')),
    rebuilds: byKind((kind) => values[`rebuilds.${kind}`]),
    translatedKinds: new Set(values.translatedKinds),
    scopeKinds: new Set(values.scopeKinds),
    gatewayKinds: new Set(values.gatewayKinds),
    edsPartialKinds: new Set(values.edsPartialKinds),
    deltaCdsKinds: new Set(values.deltaCdsKinds),
    fullOnly: new Set(values.fullOnly),
    countedOnce: new Set(values.countedOnce),
    defaults: {
      xds: values.xds,
      pushThrottle: values.pushThrottle,
      maxRequestsPerSecond: values.maxRequestsPerSecond,
      enhancedResourceScoping: values.enhancedResourceScoping,
    },
  };
}

function byKind<T>(of: (kind: ConfigKind) => T): Readonly<Record<ConfigKind, T>> {
  return Object.fromEntries(ALL_KINDS.map((kind) => [kind, of(kind)])) as Record<ConfigKind, T>;
}
