import type { XdsType } from '../../istio/xds-types.js';
import type { ConfigKey } from '../../mesh/keys.js';
import type { Delivery } from './change.js';

/** A change that a proxy lacks: by type, the services whose resources must come once more; undefined: everything. */
export interface NackedChange {
  readonly change: Delivery;
  readonly needs: Map<XdsType, readonly ConfigKey[] | undefined>;
}
