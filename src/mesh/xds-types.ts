/** The xDS types istiod sends to Envoys, by the short labels of `pilot_xds_pushes{type}`. */
export type XdsType = 'cds' | 'eds' | 'lds' | 'rds' | 'sds' | 'nds' | 'ecds';

/** The first five in fixed push order (`xds.PushOrder`); NDS and ECDS come after them in random order. */
export const XDS_TYPES: readonly XdsType[] = ['cds', 'eds', 'lds', 'rds', 'sds', 'nds', 'ecds'];
