/**
 * Proxies. Everything that decides what a proxy sees is in its shape, which all proxies of one deployment share; a
 * proxy itself is a number and a name.
 */
import type { ConfigKey } from './keys.js';
import type { ProxyType } from './spec.js';

export interface ProxyShape {
  readonly id: number;
  readonly type: ProxyType;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** ServiceEntry key of the service these proxies are endpoints of. */
  readonly ownService: ConfigKey | undefined;
}

export interface Proxy {
  readonly id: number;
  readonly name: string;
  readonly shape: ProxyShape;
}
