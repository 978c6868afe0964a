/**
 * The small part of Go templates that load-test configurations use: variables, `DefaultParam`, arithmetic. What is not
 * understood stays and is named.
 */
export interface Rendered {
  readonly text: string;
  /** Placeholders that nobody gave a value, and functions that are not known. */
  readonly unknown: readonly string[];
}

type Value = string | number | undefined;

export function renderTemplate(template: string, given: Readonly<Record<string, string>> = {}): Rendered {
  const variables = new Map<string, Value>();
  const unknown = new Set<string>();
  const text = template.replace(/\{\{-?\s*(.*?)\s*-?\}\}/g, (_, inner: string) => {
    const assigned = /^(\$\w+)\s*:?=\s*(.+)$/.exec(inner);
    if (assigned !== null) {
      variables.set(assigned[1]!, evaluated(assigned[2]!, variables, given, unknown));
      return '';
    }
    if (/^(?:if|else|end|range|with|\/\*)/.test(inner)) {
      if (!inner.startsWith('/*')) unknown.add(inner.split(/\s/)[0]!);
      return '';
    }
    const value = evaluated(inner, variables, given, unknown);
    return value === undefined ? '0' : String(value);
  });
  return { text, unknown: [...unknown] };
}

function evaluated(
  expression: string,
  variables: ReadonlyMap<string, Value>,
  given: Readonly<Record<string, string>>,
  unknown: Set<string>,
): Value {
  const tokens = expression.match(/\(|\)|"[^"]*"|[^\s()]+/g) ?? [];
  let at = 0;
  const atom = (depth: number): Value => {
    const token = tokens[at++];
    if (token === undefined || depth > 20) return undefined;
    if (token === '(') {
      const value = call(depth + 1);
      if (tokens[at] === ')') at += 1;
      return value;
    }
    if (token.startsWith('"')) return token.slice(1, -1);
    if (token.startsWith('$')) return variables.get(token);
    if (token.startsWith('.')) return given[token.slice(1)];
    const number = Number(token);
    return Number.isNaN(number) ? token : number;
  };
  const call = (depth: number): Value => {
    const name = tokens[at];
    if (name === undefined || !/^[A-Za-z]\w*$/.test(name)) return named(name, atom(depth), unknown);
    at += 1;
    const args: Value[] = [];
    while (at < tokens.length && tokens[at] !== ')') args.push(atom(depth));
    return applied(name, args, unknown);
  };
  return call(0);
}

function named(name: string | undefined, value: Value, unknown: Set<string>): Value {
  if (value === undefined && name?.startsWith('.')) unknown.add(name);
  return value;
}

function applied(name: string, args: readonly Value[], unknown: Set<string>): Value {
  const numbers = args.map(Number);
  const [a = 0, b = 0] = numbers;
  switch (name) {
    case 'DefaultParam':
      return args.find((value) => value !== undefined);
    case 'MultiplyInt':
    case 'MultiplyFloat':
      return whole(
        name,
        numbers.reduce((product, value) => product * value, 1),
      );
    case 'AddInt':
    case 'AddFloat':
      return whole(
        name,
        numbers.reduce((sum, value) => sum + value, 0),
      );
    case 'SubtractInt':
    case 'SubtractFloat':
      return whole(name, a - b);
    case 'DivideInt':
    case 'DivideFloat':
      return b === 0 ? 0 : whole(name, a / b);
    case 'MaxInt':
      return Math.max(...numbers);
    case 'MinInt':
      return Math.min(...numbers);
    default:
      unknown.add(name);
      return 0;
  }
}

function whole(name: string, value: number): number {
  return name.endsWith('Int') ? Math.trunc(value) : value;
}
