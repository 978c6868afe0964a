/** What releases do differently with connections and memory, by their minor version. */
import { MILLISECOND, type Nanos, SECOND } from '../engine/time.js';

function minorOf(version: string): number {
  return Number(/^1\.(\d+)/.exec(version)?.[1] ?? 0);
}

/** `PILOT_XDS_SEND_TIMEOUT` was removed in 1.22 (`pilot/pkg/features`). */
export function hasSendTimeout(version: string): boolean {
  return minorOf(version) < 22;
}

/** gRPC of 1.61 and later, in istiod since 1.19, waits a second for the client before it cuts a stream off. */
export function closingWait(version: string): Nanos {
  return minorOf(version) >= 19 ? SECOND : 0;
}

/**
 * Go's soft memory limit as a share of the container's: none before 1.18, the limit itself as the chart sets it up to
 * 1.28, nine tenths as the binary sets it since 1.29.
 */
export function softMemoryShare(version: string): number | undefined {
  const minor = minorOf(version);
  if (minor < 18) return undefined;
  return minor >= 29 ? 0.9 : 1;
}

/**
 * From the start of the process until it listens, besides the debounce and the first push context: recorded with the
 * image present and a small mesh (1.17.8: 0.24 s, 1.30.3: 0.85 s after the kill).
 */
export function processStart(version: string): Nanos {
  return (minorOf(version) >= 20 ? 750 : 130) * MILLISECOND;
}
