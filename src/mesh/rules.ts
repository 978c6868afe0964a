/** What differs between versions and settings of istiod in how objects become the mesh. */
export interface MeshRules {
  /** Whether `discoverySelectors` hold for Istio's own kinds and for Ingress, too (1.17: only when asked for). */
  readonly selectsConfigs: boolean;
  /** The same for Secrets and ConfigMaps. */
  readonly selectsSecrets: boolean;
  /** `PILOT_SCOPE_GATEWAY_TO_NAMESPACE`: Gateway objects select pods of their own namespace only. */
  readonly gatewaysInOwnNamespace: boolean;
  /** Label by which the pods deployed for a Gateway API Gateway name it. */
  readonly gatewayNameLabel: string;
  /** `PILOT_ENABLE_HEADLESS_SERVICE_POD_LISTENERS`: a listener for each pod of a headless service, not one for all. */
  readonly podListeners: boolean;
  /** The revision of this istiod: objects of another are not for it. */
  readonly revision: string;
  /** Whether GRPCRoute objects are watched (1.17: not). */
  readonly watchesGrpcRoutes: boolean;
}

export const LATEST_RULES: MeshRules = {
  selectsConfigs: true,
  selectsSecrets: true,
  gatewaysInOwnNamespace: false,
  gatewayNameLabel: 'gateway.networking.k8s.io/gateway-name',
  podListeners: true,
  revision: 'default',
  watchesGrpcRoutes: true,
};
