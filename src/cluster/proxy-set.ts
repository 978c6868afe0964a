/** All, those of a namespace, or one by name; the name of a group stands for all of it. */
export type ProxySet =
  | { readonly pick: 'all' }
  | { readonly pick: 'namespace'; readonly namespace: string }
  | { readonly pick: 'named'; readonly namespace: string; readonly name: string };
