/**
 * What an Envoy asks for, and in which order: CDS, then the endpoints of its clusters, then LDS, then the routes of its
 * listeners, each after the one before has arrived; on a new stream all that it had asked for before, at once.
 */
import { placeOf, XDS_TYPES, type XdsType } from '../../istio/xds-types.js';
import type { ConfigKey } from '../../mesh/keys.js';
import type { Proxy } from '../../mesh/proxies.js';
import { NameSet } from '../../mesh/services/service-table.js';
import type { Connection } from '../model/connection.js';
import type { ServerStream } from '../model/xds-server.js';

const NO_ENDPOINTS = new NameSet<ConfigKey>([]);
export const NO_NAMES = new NameSet<string>([]);

export abstract class Subscriptions {
  /** Types asked for on this stream and not answered yet, as bits; none is left once it was served. */
  protected unanswered = 0;
  protected wasServed = false;
  protected seen: number[] = XDS_TYPES.map(() => 0);
  protected asksLds = false;
  protected isReady = false;
  /** What it has asked for; nothing before its first request of the type. */
  protected endpoints = NO_ENDPOINTS;
  protected routes = NO_NAMES;
  /** All that it has asked for, and of these those that its clusters and its listeners name. */
  protected secrets = NO_NAMES;
  private clusterSecrets = NO_NAMES;
  private listenerSecrets = NO_NAMES;

  constructor(
    readonly proxy: Proxy,
    private readonly xds: 'sotw' | 'delta',
  ) {}

  /** The stream it is connected by. */
  protected abstract get connected(): ServerStream;
  /** All that it asked for when the stream began has been answered. */
  protected abstract onServed(): void;
  /** For the first time it has clusters, listeners and routes. */
  protected abstract onReady(): void;

  get isServed(): boolean {
    return this.wasServed;
  }

  /** It has clusters, listeners and routes. */
  get hasConfiguration(): boolean {
    return this.isReady;
  }

  /** Names of endpoints that it has asked for. */
  get askedFor(): NameSet<ConfigKey> {
    return this.endpoints;
  }

  /** It has what this connection watches already. */
  protected remember(connection: Connection): void {
    const { watched, nonces } = connection;
    this.clusterSecrets = connection.clusterSecrets();
    this.listenerSecrets = connection.referencedSecrets();
    this.seen = [...nonces];
    this.asksLds = watched.lds;
    this.isReady = watched.lds;
    this.wasServed = true;
    this.endpoints = watched.eds ?? NO_ENDPOINTS;
    this.routes = watched.rds ?? NO_NAMES;
    this.secrets = watched.sds ?? NO_NAMES;
  }

  /** It is as new. */
  protected forget(): void {
    this.clusterSecrets = NO_NAMES;
    this.listenerSecrets = NO_NAMES;
    this.asksLds = false;
    this.isReady = false;
    this.endpoints = NO_ENDPOINTS;
    this.routes = NO_NAMES;
    this.secrets = NO_NAMES;
  }

  /** Its first request reaches istiod: it asks for clusters, and at once for all that it had asked for before. */
  protected subscribe(stream: ServerStream): void {
    this.seen.fill(0);
    this.wasServed = false;
    const { endpoints, routes, secrets } = this;
    const asked = (type: XdsType, does: boolean): number => (does ? 1 << placeOf(type) : 0);
    stream.request({ type: 'cds', nonce: 0 });
    if (endpoints.size > 0) stream.request({ type: 'eds', nonce: 0, names: endpoints });
    this.unanswered = asked('cds', true) | asked('eds', endpoints.size > 0);
    if (!this.asksLds) return;
    this.requestListeners(stream);
    if (secrets.size > 0) stream.request({ type: 'sds', nonce: 0, names: secrets });
    if (routes.size > 0) stream.request({ type: 'rds', nonce: 0, names: routes });
    this.unanswered |= asked('lds', true) | asked('rds', routes.size > 0);
  }

  protected acknowledge(type: XdsType): void {
    const nonce = this.seen[placeOf(type)] ?? 0;
    // State-of-the-world acknowledgements repeat the names; delta ones carry none.
    if (this.xds === 'delta') this.connected.request({ type, nonce });
    else if (type === 'eds') this.connected.request({ type, nonce, names: this.endpoints });
    else if (type === 'rds') this.connected.request({ type, nonce, names: this.routes });
    else if (type === 'sds') this.connected.request({ type, nonce, names: this.secrets });
    else this.connected.request({ type, nonce });
  }

  protected onClusters(named: NameSet<ConfigKey>, secrets: NameSet<string>): void {
    this.onSecrets(secrets, this.listenerSecrets);
    if (!named.equals(this.endpoints)) {
      this.endpoints = named;
      this.connected.request({ type: 'eds', nonce: this.nonceOfChange('eds'), names: named });
    } else if (named.size === 0) {
      this.askForListeners();
    }
  }

  protected askForListeners(): void {
    if (this.asksLds) return;
    this.asksLds = true;
    this.requestListeners(this.connected);
  }

  private requestListeners(stream: ServerStream): void {
    stream.request({ type: 'lds', nonce: 0 });
    // The agent asks for the name table right behind the first request for listeners.
    if (this.proxy.shape.dnsCapture) stream.request({ type: 'nds', nonce: 0 });
  }

  protected onListeners(named: NameSet<string>, secrets: NameSet<string>): void {
    this.onSecrets(this.clusterSecrets, secrets);
    if (!named.equals(this.routes)) {
      this.routes = named;
      this.connected.request({ type: 'rds', nonce: this.nonceOfChange('rds'), names: named });
    } else if (named.size === 0) {
      this.becomeReady();
    }
  }

  private onSecrets(ofClusters: NameSet<string>, ofListeners: NameSet<string>): void {
    this.clusterSecrets = ofClusters;
    this.listenerSecrets = ofListeners;
    const secrets = ofClusters.size === 0 ? ofListeners : new NameSet([...ofListeners, ...ofClusters]);
    if (secrets.equals(this.secrets)) return;
    this.secrets = secrets;
    this.connected.request({ type: 'sds', nonce: this.nonceOfChange('sds'), names: secrets });
  }

  /** In delta a change of the subscription carries none. */
  private nonceOfChange(type: XdsType): number {
    return this.xds === 'delta' ? 0 : (this.seen[placeOf(type)] ?? 0);
  }

  /** The last of the types asked for on this stream: it is served again. */
  protected answered(type: XdsType): void {
    this.unanswered &= ~(1 << placeOf(type));
    if (this.unanswered !== 0 || this.wasServed || !this.isReady) return;
    this.wasServed = true;
    this.onServed();
  }

  protected becomeReady(): void {
    if (this.isReady) return;
    this.isReady = true;
    const { observer, connection } = this.connected;
    observer.ready(connection);
    this.onReady();
  }
}
