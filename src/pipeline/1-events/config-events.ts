/**
 * Config objects, Secrets and ConfigMaps (`bootstrap/server.go`: initRegistryEventHandlers; `bootstrap/config_compare.go`:
 * needsPush; `config/kube/gateway`, `config/kube/ingress`, `credentials/kube`): which writes push, and under which keys.
 */
import type { Nanos } from '../../engine/time.js';
import { type ConfigKind, GATEWAY_API_KINDS } from '../../istio/kinds.js';
import type { Profile } from '../../istio/profile.js';
import { readVirtualService } from '../../mesh/config/configs.js';
import { isConverted } from '../../mesh/config/conversion.js';
import { isDelegate } from '../../mesh/config/delegates.js';
import { isSecret } from '../../mesh/config/discovery.js';
import type { ConfigKey } from '../../mesh/keys.js';
import type { Mesh } from '../../mesh/mesh.js';
import type { ConfigObject } from '../../mesh/spec.js';
import type { Delivery } from '../model/change.js';
import { type ConfigEvent, type Handler, objectOf } from '../model/watch-event.js';
import type { XdsUpdater } from './xds-updater.js';

export interface ConfigEventOptions {
  readonly profile: Profile;
  readonly mesh: Mesh;
}

/** A write or delete of a config object that is about to be stored. */
export interface ConfigWrite {
  readonly key: ConfigKey;
  /** Undefined if it is deleted. */
  readonly object: ConfigObject | undefined;
  /** Whether its spec is edited. */
  readonly edited: boolean;
  /** CPU of its handler. */
  readonly cpu: Nanos;
  store(): void;
}

/** What has arrived is stored; the answer is its handler. */
export interface ConfigEvents {
  /** Whether the object is known so far. */
  knows(event: ConfigEvent): boolean;
  /** @param cpu of its handler */
  object(event: ConfigEvent, change: Delivery, cpu: Nanos): Handler;
}

const GATEWAY_API: ReadonlySet<ConfigKind> = new Set(GATEWAY_API_KINDS);

/** Handles ServiceEntries and WorkloadEntries. */
type EntryWritten = (write: ConfigWrite, change: Delivery) => Handler;

export function createConfigEvents(
  options: ConfigEventOptions,
  updater: XdsUpdater,
  entryWritten: EntryWritten,
): ConfigEvents {
  return new ConfigHandler(options, updater, entryWritten);
}

class ConfigHandler implements ConfigEvents {
  private readonly profile: Profile;
  private readonly mesh: Mesh;

  constructor(
    { profile, mesh }: ConfigEventOptions,
    private readonly updater: XdsUpdater,
    private readonly entryWritten: EntryWritten,
  ) {
    this.profile = profile;
    this.mesh = mesh;
  }

  knows(event: ConfigEvent): boolean {
    return this.mesh.config(this.keyOf(event)) !== undefined;
  }

  object(event: ConfigEvent, change: Delivery, cpu: Nanos): Handler {
    const { mesh } = this;
    const key = this.keyOf(event);
    const write: ConfigWrite =
      event.action === 'write'
        ? { key, object: event.object, edited: event.edit === 'spec', cpu, store: () => mesh.setConfig(event.object) }
        : { key, object: undefined, edited: false, cpu, store: () => mesh.deleteConfig(key) };
    if (key.kind === 'ServiceEntry' || key.kind === 'WorkloadEntry') return this.entryWritten(write, change);
    if (key.kind === 'VirtualService' && this.profile.mergesDelegates)
      return { run: this.route(write, change), writesShards: false };
    const run = this.isPushedConverted(key.kind) ? this.converted(write, change) : this.plain(write, change);
    return { run, writesShards: false };
  }

  private keyOf(event: ConfigEvent): ConfigKey {
    const { kind, namespace, name } = objectOf(event);
    return this.mesh.keys.of(kind, namespace, name);
  }

  private plain(write: ConfigWrite, change: Delivery): () => void {
    const pushes = this.needsPush(write);
    write.store();
    return () => {
      if (pushes) this.push(write.key, change);
    };
  }

  private needsPush({ key, object, edited }: ConfigWrite): boolean {
    const before = this.mesh.config(key)?.object;
    if (before === undefined || object === undefined || edited || isSecret(key.kind)) return true;
    return this.alwaysPushes(object) || this.alwaysPushes(before);
  }

  private alwaysPushes(object: ConfigObject): boolean {
    if (this.profile.gatewayApiAlwaysPushes && GATEWAY_API.has(object.kind)) return true;
    if (this.profile.virtualServiceMetadataPushes && object.kind === 'VirtualService') return true;
    const names = [...Object.keys(object.labels), ...Object.keys(object.annotations ?? {})];
    return names.some((name) => name.includes('istio.io'));
  }

  private isPushedConverted(kind: ConfigKind): boolean {
    if (kind === 'Ingress' || kind === 'IngressClass') return true;
    return this.profile.translatedKinds.has(kind) && isConverted(kind);
  }

  /**
   * What a Gateway API object or an Ingress becomes is pushed, and only if that has changed. Early releases do not compare
   * an Ingress: it is always worth two updates, one for its routes and one for its gateway.
   */
  private converted({ key, object, edited, store }: ConfigWrite, change: Delivery): () => void {
    const { profile, mesh } = this;
    const origin = object ?? mesh.config(key)?.object;
    const before = origin === undefined ? [] : mesh.convertedFrom(origin);
    const own = new Set(before.filter((one) => one.origin === key).map((one) => one.key));
    store();
    const after = origin === undefined ? [] : mesh.convertedFrom(origin);
    for (const one of after) if (one.origin === key) own.add(one.key);
    const texts = new Map(before.map((one) => [one.key, JSON.stringify(one.object)]));
    const comparesAll = key.kind !== 'Ingress' || profile.comparesIngress;
    const pushed = after.filter(
      (one) => (own.has(one.key) && (edited || !comparesAll)) || texts.get(one.key) !== JSON.stringify(one.object),
    );
    const gone = before.filter((old) => !after.some((one) => one.key === old.key));
    return () => {
      for (const one of [...pushed, ...gone]) {
        this.updater.configUpdate({ full: true, reason: 'config', keys: [one.key] }, change);
      }
    };
  }

  /**
   * The merging controller (`model/virtualservice_controller.go`): a delegate's change is that of every root that names
   * it, and of nothing if none does.
   */
  private route(write: ConfigWrite, change: Delivery): () => void {
    const { mesh } = this;
    const { key } = write;
    const pushes = this.needsPush(write);
    const wasRoot = this.isRoot(key);
    write.store();
    const roots = [...(wasRoot || this.isRoot(key) ? [key] : []), ...mesh.rootsOf(key)];
    return () => {
      if (pushes && roots.length > 0) this.updater.configUpdate({ full: true, reason: 'config', keys: roots }, change);
    };
  }

  private isRoot(key: ConfigKey): boolean {
    const config = this.mesh.config(key);
    return config !== undefined && !isDelegate(readVirtualService(config));
  }

  private push(key: ConfigKey, change: Delivery): void {
    const keys = this.keysPushed(key);
    if (keys.length === 0) return;
    const secret = isSecret(key.kind);
    this.updater.configUpdate({ full: !secret, reason: secret ? 'secret' : 'config', keys }, change);
  }

  /** Kinds that later versions translate, and kinds that by themselves push nothing. */
  private keysPushed(key: ConfigKey): readonly ConfigKey[] {
    const { profile, mesh } = this;
    if (key.kind === 'WorkloadGroup') return [];
    if (key.kind === 'ConfigMap' && !profile.watchesConfigMaps) return [];
    if (!profile.translatedKinds.has(key.kind)) return [key];
    if (key.kind === 'GatewayClass' || key.kind === 'ReferenceGrant') return [];
    return key.kind === 'WasmPlugin' ? [mesh.keys.of('TrafficExtension', key.namespace, key.name)] : [key];
  }
}
