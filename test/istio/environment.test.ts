/** Defaults of istiod's variables, as the reference tabulates them: the newest patch of each minor release. */
import { describe, expect, test } from 'vitest';
import { defaultIn, VARIABLES_WITH_DEFAULTS } from '../../src/istio/environment/table.js';
import { MINORS, releaseOf } from '../../src/istio/releases.js';

/** From 1.17 to 1.31; `–` where the variable does not exist. */
const TABLE = `
PILOT_DEBOUNCE_AFTER                    100ms 100ms 100ms 100ms 100ms 100ms 100ms 100ms 100ms 100ms 100ms 100ms 100ms 100ms 100ms
PILOT_DEBOUNCE_MAX                      10s 10s 10s 10s 10s 10s 10s 10s 10s 10s 10s 10s 10s 10s 10s
PILOT_PUSH_THROTTLE                     100 100 100 100 0 0 0 0 0 0 0 0 0 0 0
PILOT_MAX_REQUESTS_PER_SECOND           25 25 25 25 0 0 0 0 0 0 0 0 0 0 0
PILOT_XDS_SEND_TIMEOUT                  0 0 0 0 0 – – – – – – – – – –
ISTIO_DELTA_XDS                         false false false false false true true true true true true true true true true
PILOT_PARTIAL_FULL_PUSHES               true true – – – – – – – – – – – – –
ISTIO_ENABLE_OPTIMIZED_SERVICE_PUSH     true true true true true true – – – – – – – – –
ENABLE_OPTIMIZED_CONFIG_REBUILD         – – true true true true – – – – – – – – –
AMBIENT_SCOPED_ADDRESS_PUSHES           – – – – – – – – – – – – – true true
ENABLE_VTPROTOBUF                       – – – – false true true true true true true true true true true
PILOT_XDS_CACHE_INDEX_CLEAR_INTERVAL    – 5s 5s 5s 5s 5s 5s 5s 5s 5s 5s 5s 5s 5s 5s
PILOT_CONVERT_SIDECAR_SCOPE_CONCURRENCY – – – – 1 1 1 1 1 1 1 1 1 1 1
ENABLE_LAZY_SIDECAR_EVALUATION          – – – – – – – – – – true true true true true
PILOT_UNIFIED_SIDECAR_SCOPE             – – – – – – – true true true true true true true true
PILOT_SIDECAR_PICK_BEST_SERVICE_NAMESPACE – – – – – – – – – – – – – true true
PILOT_AUTO_SEND_UNHEALTHY_ENDPOINTS     – – – – – – – – – – – – – – true
PILOT_ENABLE_HEADLESS_SERVICE_POD_LISTENERS true true true true true – – – – – – – – – –
ENABLE_EXTERNAL_NAME_ALIAS              – – – false true true true – – – – – – – –
PILOT_ENABLE_IP_AUTOALLOCATE            – – – – – – false false true true true true true true true
ENABLE_ENHANCED_RESOURCE_SCOPING        false false false false false true true true – – – – – – –
ENABLE_PROXY_FIND_POD_BY_IP             – – – – – – – – – true false false false false false
PILOT_ENABLE_AMBIENT                    – – – – – false false false false false false false false false false
PILOT_ENABLE_STATUS                     false false false false false false false – – – – – – – –
PILOT_ENABLE_CONFIG_DISTRIBUTION_TRACKING false false false false false false – – – – – – – – –
PILOT_STATUS_QPS                        100 100 100 100 100 100 100 100 100 100 – – – – –
PILOT_ENABLE_PROTOCOL_SNIFFING_FOR_OUTBOUND true true – – – – – – – – – – – – –
ENABLE_INBOUND_RETRY_POLICY             – – – – – – false true true true – – – – –
ENABLE_AUTO_SNI                         false false false false true true true true true – – – – – –
VERIFY_CERTIFICATE_AT_CLIENT            false false false false true true true – – – – – – – –
DISABLE_TRACK_REMAINING_CB_METRICS      – – – – – – – – – – – – true true true
MUTEX_PROFILE_FRACTION                  – – 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000
`;

const ROWS = TABLE.trim()
  .split('\n')
  .map((line) => line.split(/\s+/))
  .map(([name = '', ...values]) => [name, values] as const);

describe('defaults by release', () => {
  test.each(ROWS)('%s', (name, values) => {
    const found = MINORS.slice(0, 15).map((minor) => defaultIn(name, releaseOf(minor)) ?? '–');
    expect(found).toEqual(values);
  });

  test('of a patch release where it has other variables than the newest', () => {
    expect(defaultIn('AMBIENT_SCOPED_ADDRESS_PUSHES', releaseOf('1.30.2'))).toBeUndefined();
    expect(defaultIn('ENABLE_VTPROTOBUF', releaseOf('1.21.0'))).toBeUndefined();
    expect(defaultIn('GRPC_KEEPALIVE_INTERVAL', releaseOf('1.17.0'))).toBeUndefined();
    expect(defaultIn('GRPC_KEEPALIVE_INTERVAL', releaseOf('1.17'))).toBe('30s');
  });

  test('each variable with a default exists in some release', () => {
    const gone = VARIABLES_WITH_DEFAULTS.filter((name) =>
      MINORS.every((minor) => defaultIn(name, releaseOf(minor)) === undefined),
    );
    expect(gone).toEqual([]);
  });
});
