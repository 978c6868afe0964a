/** What an import read, used and left out, and why. */
import { type Imported, spoken } from '../../import/import-cluster.js';
import { table } from './table.js';
import { wrapped } from './wrap.js';

const WIDTH = 100;

export function importReport(imported: Imported, folder: string): string {
  const { gathered, counts, files, events, lasts, mesh, proxies, notes } = imported;
  const lines: string[] = [];
  lines.push(
    ...table(['file', 'format', 'used', 'left out', 'bad'], gathered.accounts.map(row), [
      'left',
      'left',
      'right',
      'right',
      'right',
    ]),
  );
  const leftOut = sum(gathered.accounts.map(({ ignored }) => ignored));
  if (leftOut.length > 0) lines.push('', ...table(['left out, and why', 'records'], leftOut));
  if (counts.found.size > 0) lines.push('', ...table(['what changed', 'times'], sorted(counts.found)));
  if (counts.ignored.size > 0) lines.push('', ...table(['written without effect', 'times'], sorted(counts.ignored)));
  const duplicates = [...gathered.history.duplicates.values()].reduce((total, count) => total + count, 0);
  if (duplicates > 0) lines.push('', `${duplicates} writes were told by two inputs`);
  for (const bad of gathered.badRecords) lines.push('', `${bad.file}:${bad.line}: ${bad.what}`);
  const more = gathered.accounts.reduce((total, { bad }) => total + bad, 0) - gathered.badRecords.length;
  if (more > 0) lines.push(`and ${more} more bad records`);
  for (const note of notes) lines.push('', ...wrapped(`note: ${note}`, WIDTH));
  if (mesh !== undefined)
    lines.push(
      '',
      `${mesh.services.length} services, ${proxies} proxies in ${mesh.workloads.length} workloads, ${mesh.configs.length} Istio objects` +
        (events === undefined ? '' : `; ${events} events in ${spoken(lasts)}`),
    );
  if (files.length > 0)
    lines.push('', `wrote ${files.join(', ')} to ${folder}`, `next: pushsim run ${folder}/cluster.yaml`);
  return `${lines.join('\n')}\n`;
}

function row({ file, format, used, ignored, bad }: Imported['gathered']['accounts'][number]): string[] {
  const left = [...ignored.values()].reduce((total, count) => total + count, 0);
  return [file, format, String(used), String(left), String(bad)];
}

function sum(maps: readonly ReadonlyMap<string, number>[]): string[][] {
  const all = new Map<string, number>();
  for (const map of maps) for (const [key, count] of map) all.set(key, (all.get(key) ?? 0) + count);
  return sorted(all);
}

function sorted(counts: ReadonlyMap<string, number>): string[][] {
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([key, count]) => [key, String(count)]);
}
