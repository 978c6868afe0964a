/** Everything the tests write goes into one folder, which goes when they have ended. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function setup(): () => void {
  const place = mkdtempSync(join(tmpdir(), 'pushsim-tests-'));
  process.env.TMPDIR = place;
  return () => rmSync(place, { recursive: true, force: true });
}
