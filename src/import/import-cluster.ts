/** The whole of `pushsim import`: inputs → a folder with a scenario, its timeline, and an account of what was read. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Pseudonyms } from './anonymise.js';
import type { Source } from './framing/source.js';
import { Gathered } from './gathered.js';
import { type ChangeCounts, changesOf } from './observed/changes.js';
import { istiodOf } from './observed/istiod.js';
import { meshOf, type ObservedMesh } from './observed/mesh.js';
import { type OnReadProgress, readInputs } from './read-inputs.js';
import type { FormatName } from './recognise.js';
import { writeCluster, writePlan } from './write/cluster-yaml.js';
import { ProxySlots } from './write/proxy-slots.js';
import { seconds, writeTimeline } from './write/timeline.js';

export interface ImportOptions {
  readonly folder: string;
  readonly as?: FormatName | undefined;
  readonly pseudonyms?: Pseudonyms | undefined;
  readonly progress?: OnReadProgress;
}

export interface Imported {
  readonly gathered: Gathered;
  readonly counts: ChangeCounts;
  readonly mesh: ObservedMesh | undefined;
  readonly proxies: number;
  readonly files: readonly string[];
  /** Of the timeline; undefined when there is none. */
  readonly events: number | undefined;
  readonly lasts: string;
  readonly notes: readonly string[];
}

/** What the name of the timeline is. */
const TIMELINE = 'events.jsonl.gz';

/** Undefined when nothing of use was found; the account says why. */
export async function importCluster(
  sources: readonly Source[],
  { folder, as, pseudonyms, progress }: ImportOptions,
): Promise<Imported> {
  const gathered = new Gathered();
  const counts: ChangeCounts = { found: new Map(), ignored: new Map() };
  try {
    await readInputs(sources, gathered, as, progress);
    return written(gathered, counts, folder, pseudonyms);
  } finally {
    gathered.history.close();
  }
}

function written(
  gathered: Gathered,
  counts: ChangeCounts,
  folder: string,
  pseudonyms: Pseudonyms | undefined,
): Imported {
  const { history } = gathered;
  const state = history.state();
  const notes = [...gathered.notes];
  const [plan] = gathered.plans;
  const nothing = { gathered, counts, mesh: undefined, proxies: 0, files: [], events: undefined, lasts: '0s' };
  if (state.length === 0 && !history.hasWrites) {
    if (plan === undefined) return { ...nothing, notes };
    mkdirSync(folder, { recursive: true });
    return { ...nothing, files: writePlan(folder, plan.scenario, notes), notes };
  }
  mkdirSync(folder, { recursive: true });
  const mesh = meshOf(state);
  const istiod = istiodOf(state);
  notes.push(...istiod.notes);
  const slots = new ProxySlots(mesh);
  let events: number | undefined;
  let lasts = '0s';
  if (history.hasWrites) {
    history.settle();
    const { first, last } = history.seen ?? { first: 0, last: 0 };
    const starts = Math.floor(first / 1e6) * 1e6;
    lasts = seconds(last - starts + 1e6);
    const parts = { starts, ends: last + 1e6, slices: mesh.sliceObjects, slots, pseudonyms };
    events = writeTimeline(join(folder, TIMELINE), changesOf(history, counts), parts).events;
  }
  const proxies = mesh.workloads.reduce((sum, { pods }) => sum + pods.length, 0);
  notes.push(...timeNotes(gathered), ...proxyNotes(gathered, proxies, slots, pseudonyms));
  const description = describe(mesh, proxies, events, lasts);
  const timeline = events === undefined ? undefined : TIMELINE;
  const files = writeCluster(folder, { description, mesh, istiod, pseudonyms, timeline, notes: [] });
  return {
    gathered,
    counts,
    mesh,
    proxies,
    files: events === undefined ? files : [...files, TIMELINE],
    events,
    lasts,
    notes,
  };
}

function describe(mesh: ObservedMesh, proxies: number, events: number | undefined, lasts: string): string {
  const what = `${mesh.services.length} services, ${proxies} proxies, ${mesh.configs.length} Istio objects`;
  return events === undefined
    ? `A cluster as imported: ${what}`
    : `What a cluster went through in ${spoken(lasts)}: ${what}, ${events} changes`;
}

/** `39m59s` of `2399.123s`. */
export function spoken(lasts: string): string {
  const seconds = Math.round(Number.parseFloat(lasts));
  const parts = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ] as const;
  return parts.flatMap(([count, unit]) => (count > 0 ? [`${count}${unit}`] : [])).join('') || '0s';
}

function timeNotes({ history }: Gathered): string[] {
  if (!history.hasInexactTimes) return [];
  return [
    'times of the watch streams are whole seconds, spread evenly within each in the order of the writes: ' +
      'what is counted is exact, which changes share a push round is not; an audit log has the times',
  ];
}

/** So many names are enough to see what it is about. */
const MOST_NAMED = 5;

function proxyNotes(
  { proxies: listed }: Gathered,
  proxies: number,
  slots: ProxySlots,
  pseudonyms: Pseudonyms | undefined,
): string[] {
  const notes: string[] = [];
  if (listed.size > 0 && listed.size !== proxies)
    notes.push(
      `istiod lists ${listed.size} proxies, the Pods are ${proxies}: some Pods are not connected, or came later`,
    );
  const { strangers } = slots;
  if (strangers.size > 0) {
    const pods = [...strangers.values()].reduce((sum, { size }) => sum + size, 0);
    const names = [...strangers.keys()].sort().map((name) => pseudonyms?.host(name) ?? name);
    const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
    notes.push(
      `${pods} new Pods of workloads without a proxy at the start have none in the replay: ${names.slice(0, MOST_NAMED).join(', ')}${more}`,
    );
  }
  return notes;
}
