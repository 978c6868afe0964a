/** What an import found, as JSON: the table of what was read, used and left out, and why. */
import type { Imported } from '../../import/import-cluster.js';

export function importJson({ gathered, counts, files, events, proxies, lasts, notes }: Imported): string {
  const inputs = gathered.accounts.map(({ ignored, ...account }) => ({
    ...account,
    left_out: Object.fromEntries(ignored),
  }));
  const written = {
    inputs,
    bad_records: gathered.badRecords,
    changes: Object.fromEntries(counts.found),
    without_effect: Object.fromEntries(counts.ignored),
    proxies,
    events: events ?? null,
    lasts,
    files,
    notes,
  };
  return `${JSON.stringify(written, null, 2)}\n`;
}
