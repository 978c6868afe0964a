/** The xDS types istiod sends to Envoys, by the short labels of `pilot_xds_pushes{type}`. */
export type XdsType = 'cds' | 'eds' | 'lds' | 'rds' | 'sds' | 'nds' | 'ecds';

/** Fixed push order; NDS and ECDS come after it in random order (`xds.PushOrder`). */
export const PUSH_ORDER: readonly XdsType[] = ['cds', 'eds', 'lds', 'rds', 'sds'];
export const UNORDERED: readonly XdsType[] = ['nds', 'ecds'];
export const XDS_TYPES: readonly XdsType[] = [...PUSH_ORDER, ...UNORDERED];
