import { copyFileSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { verifyFleet } from '../../../src/experiment/verify/fleet-verify.js';
import { recordingNames } from '../../../src/import/recording.js';

const RECORDINGS = fileURLToPath(new URL('../../recordings', import.meta.url));
const RESTART = 'K-D-s130-restart-rl25';
const PUSHES = 'K-A-s117-sotw-S200-E5-r2';

/** A folder with these recordings at these places. */
function folderOf(...copies: readonly (readonly [from: string, to: string])[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'pushsim-connections-'));
  for (const [from, to] of copies)
    for (const end of ['.json', '.csv.gz']) {
      mkdirSync(dirname(join(folder, to)), { recursive: true });
      copyFileSync(join(RECORDINGS, from) + end, join(folder, to) + end);
    }
  return folder;
}

test('a recording of connections is told by its set-up, wherever it lies', () => {
  const together = folderOf([`fleet/${RESTART}`, RESTART], [PUSHES, PUSHES]);
  expect(recordingNames(together)).toEqual([PUSHES]);
  expect(recordingNames(together, 'connections')).toEqual([RESTART]);

  const apart = folderOf([`fleet/${RESTART}`, `fleet/${RESTART}`], [PUSHES, PUSHES]);
  expect(recordingNames(apart)).toEqual([PUSHES]);
  const rows = verifyFleet(together);
  expect(rows.map(({ metric }) => metric)).toEqual(['served_p50_s', 'served_p90_s', 'served_last_s']);
  expect(rows).toEqual(verifyFleet(apart));
});
