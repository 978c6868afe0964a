/**
 * What differs between the versions, rule by rule: each names the function of Istio it comes from and can be switched
 * alone, so that a difference between two versions can be traced to the rule that causes it. All rules together turn
 * one version's profile into another's.
 */
import { type ConfigKind, GATEWAY_API_KINDS } from '../kinds.js';
import { type ProfileRule, rule, skipRowsBut } from './parts.js';
import { PUSH_RULES } from './pushes.js';
import { EVENT_RULES, REQUEST_RULES } from './requests.js';

/** Kinds whose rows of the skip table belong to a rule of their own. */
const NAMED: readonly ConfigKind[] = [
  'DNSName',
  ...GATEWAY_API_KINDS,
  'WasmPlugin',
  'TrafficExtension',
  'ConfigMap',
  'Endpoints',
  'Gateway',
  'Sidecar',
  'PeerAuthentication',
];

export const PROFILE_RULES: readonly ProfileRule[] = [
  ...EVENT_RULES,
  ...REQUEST_RULES,
  ...PUSH_RULES,
  rule(
    'other-kinds',
    skipRowsBut(NAMED),
    'Which types the remaining kinds regenerate.',
    'xds/{cds,eds,lds,rds,nds,ecds,sds}.go: NeedsPush',
  ),
];
