/** The xDS types istiod sends to Envoys, by the short labels of `pilot_xds_pushes{type}`. */
export type XdsType = 'cds' | 'eds' | 'lds' | 'rds' | 'sds' | 'nds' | 'ecds';

/** The first five in fixed push order (`xds.PushOrder`); NDS and ECDS come after them in random order. */
export const XDS_TYPES: readonly XdsType[] = ['cds', 'eds', 'lds', 'rds', 'sds', 'nds', 'ecds'];

/** Position in XDS_TYPES. */
export function placeOf(type: XdsType): number {
  // Asked several times a message: a search of the list takes V8 ten times as long.
  switch (type) {
    case 'cds':
      return 0;
    case 'eds':
      return 1;
    case 'lds':
      return 2;
    case 'rds':
      return 3;
    case 'sds':
      return 4;
    case 'nds':
      return 5;
    case 'ecds':
      return 6;
  }
}
