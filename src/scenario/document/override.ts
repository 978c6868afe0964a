/** `--set path=value`: replaces one field of a scenario before it is checked. */
import { readText } from './document.js';
import type { Locate, Path, Reporter } from './reporter.js';

export interface Override {
  readonly text: string;
  readonly path: Path;
  readonly value: unknown;
}

const STEP = /^(?:\.?([A-Za-z_][\w-]*)|\[(\d{1,9})\]|\["([^"]*)"\])/;

/** `mesh.generate[0].services` as steps, and where it ended; undefined when it does not begin with a name. */
function splitPath(text: string): { readonly path: Path; readonly end: number } | undefined {
  const path: (string | number)[] = [];
  let end = 0;
  for (;;) {
    const step = STEP.exec(text.slice(end));
    if (!step || (end === 0 && step[0].startsWith('.'))) break;
    // Names after the first need their dot; brackets need none.
    if (end > 0 && step[1] !== undefined && !step[0].startsWith('.')) break;
    path.push(step[2] === undefined ? (step[1] ?? step[3] ?? '') : Number(step[2]));
    end += step[0].length;
  }
  return path.length > 0 && typeof path[0] === 'string' ? { path, end } : undefined;
}

/** Reads one `path=value`; the value is YAML. Problems go to the reporter. */
export function readOverride(text: string, reporter: Reporter): Override | undefined {
  const place: Locate = () => ({ file: overrideFile(text), line: 0, column: 0 });
  const here = reporter.within(place);
  const split = splitPath(text);
  if (!split || text[split.end] !== '=') {
    here.error('override', [], 'this is not path=value', {
      hint: 'for example --set istiod.env.PILOT_DEBOUNCE_AFTER=1s',
    });
    return undefined;
  }
  const last = split.path.at(-1);
  const raw = text.slice(split.end + 1);
  const read = readText(raw, overrideFile(text), typeof last === 'string' ? { rootKey: last } : {});
  for (const issue of read.issues) here.error(issue.code, split.path, issue.expected);
  if (read.issues.length > 0) return undefined;
  if (read.documents.length > 1) {
    here.error('override', split.path, 'the value is more than one YAML document');
    return undefined;
  }
  return { text, path: split.path, value: read.documents[0]?.value ?? null };
}

export function overrideFile(text: string): string {
  return `--set ${text.length > 60 ? `${text.slice(0, 57)}…` : text}`;
}

/** The value with the field replaced; nothing is changed in place, so aliases in the file do not share the change. */
export function applyOverride(value: unknown, override: Override, reporter: Reporter): unknown {
  const here = reporter.within(() => ({ file: overrideFile(override.text), line: 0, column: 0 }));
  return replace(value, override.path, 0, override.value, (depth, problem) =>
    here.error('override', override.path.slice(0, depth + 1), problem),
  );
}

function replace(
  value: unknown,
  path: Path,
  depth: number,
  replacement: unknown,
  fail: (depth: number, problem: string) => void,
): unknown {
  const step = path[depth];
  if (step === undefined) return replacement;
  if (typeof step === 'number') {
    if (!Array.isArray(value)) {
      fail(depth, 'there is no list here to index');
      return value;
    }
    if (step >= value.length) {
      fail(depth, `the list has only ${value.length} ${value.length === 1 ? 'entry' : 'entries'}; the first is [0]`);
      return value;
    }
    return value.map((item, i) => (i === step ? replace(item, path, depth + 1, replacement, fail) : item));
  }
  if (value !== undefined && value !== null && (typeof value !== 'object' || Array.isArray(value))) {
    fail(depth, Array.isArray(value) ? 'this is in a list: say which entry, as in [0]' : 'there is no mapping here');
    return value;
  }
  const map = (value ?? {}) as Record<string, unknown>;
  const own = Object.hasOwn(map, step) ? map[step] : undefined;
  const changed = replace(own, path, depth + 1, replacement, fail);
  if (!Object.hasOwn(map, step)) return Object.fromEntries([...Object.entries(map), [step, changed]]);
  return Object.fromEntries(Object.entries(map).map(([key, kept]) => [key, key === step ? changed : kept]));
}
