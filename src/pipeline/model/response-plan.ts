/** What a push sends of one type to proxies that are alike. */
import type { Added } from '../../cost/model.js';
import type { XdsType } from '../../istio/xds-types.js';
import { type ConfigKey, isOfService } from '../../mesh/keys.js';
import type { Delivery } from './change.js';

export interface ResponsePlan {
  readonly type: XdsType;
  /** Services to generate; undefined: everything watched. */
  readonly names: readonly ConfigKey[] | undefined;
  readonly delta: boolean;
  /** An answer to a changed subscription holds only what is new in it. */
  readonly added?: Added | undefined;
  /** Whether anything results: otherwise the generator runs and nothing is sent or counted. */
  readonly sends: boolean;
  /** Changes that by themselves ask for this type, for whoever measures; none in answers to requests. */
  readonly causes?: readonly Delivery[];
}

/** A partial push of endpoints holds those of the services it names. */
export function holds({ type, names }: ResponsePlan, key: ConfigKey): boolean {
  return type !== 'eds' || names === undefined || !isOfService(key) || names.includes(key.dependency);
}
