/**
 * Which changed kinds do not by themselves regenerate a type (`xds/{cds,eds,lds,rds,nds,ecds,sds}.go`, the skip sets),
 * written as one table per version that can be laid beside the specification.
 */
import type { ConfigKind } from './kinds.js';
import type { XdsType } from './xds-types.js';

/** `ownNamespace`: only for keys of the root namespace or the proxy's own; `router`: only for gateways; `client`: only for others. */
export type Trigger = 'triggers' | 'skipped' | 'router' | 'client' | 'ownNamespace';

export interface SkipTable {
  trigger(type: XdsType, kind: ConfigKind, router: boolean): Trigger;
}

const CELLS: Readonly<Record<string, Trigger>> = {
  '.': 'triggers',
  S: 'skipped',
  R: 'router',
  C: 'client',
  O: 'ownNamespace',
};
const COLUMNS = ['cds', 'eds', 'lds', 'ldsRouter', 'rds', 'nds', 'ecds', 'sds'] as const;

/**
 * Rows of `Kind cells`, one cell per column CDS EDS LDS(sidecar) LDS(router) RDS NDS ECDS SDS: `.` triggers, `S`
 * skipped, `R` triggers on routers only, `C` on all but those, `O` triggers for keys of the own or root namespace. Kinds without a row
 * are in no skip list.
 */
export function skipTable(text: string): SkipTable {
  const rows = new Map<string, readonly Trigger[]>();
  for (const line of text.trim().split('\n')) {
    const [kind = '', ...cells] = line.trim().split(/\s+/);
    rows.set(
      kind,
      cells.map((cell) => CELLS[cell] ?? 'triggers'),
    );
  }
  return {
    trigger(type, kind, router) {
      const column = COLUMNS.indexOf(type === 'lds' && router ? 'ldsRouter' : type);
      return rows.get(kind)?.[column] ?? 'triggers';
    },
  };
}
