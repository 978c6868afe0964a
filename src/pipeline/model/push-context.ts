import type { MeshTables } from '../../mesh/mesh.js';

/** What proxies are generated from until the next one is published (`model.PushContext`). */
export interface PushContext {
  readonly number: number;
  readonly tables: MeshTables;
}
