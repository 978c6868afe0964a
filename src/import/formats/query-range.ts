/** Answers of Prometheus' HTTP API (`query`, `query_range`): values are text, missing points are gaps. */
import { isObject, listAt, objectAt, textAt } from '../framing/piece.js';
import { texts } from '../observed/object.js';
import type { Told } from '../observed/sighting.js';

export function readQuery(answer: Record<string, unknown>, line: number, told: Told): void {
  if (textAt(answer, 'status') === 'error') {
    told.bad(line, `the query failed: ${textAt(answer, 'error') ?? 'no reason given'}`);
    return;
  }
  for (const warning of listAt(answer, 'warnings')) told.note(`Prometheus warned: ${String(warning)}`);
  const data = objectAt(answer, 'data');
  const type = textAt(data, 'resultType');
  if (type !== 'matrix' && type !== 'vector') {
    told.bad(line, `a matrix or a vector was expected, not ${String(type)}`);
    return;
  }
  for (const series of listAt(data, 'result')) {
    const { __name__: name = '', ...labels } = texts(objectAt(series, 'metric'));
    const points = type === 'matrix' ? listAt(series, 'values') : [isObject(series) ? series.value : undefined];
    for (const point of points) {
      const [time, text] = Array.isArray(point) ? point : [];
      const value = Number(text);
      if (typeof time !== 'number' || text === undefined)
        told.bad(line, `a point of ${name || 'a series'} is not [time, "value"]`);
      else if (Number.isNaN(value)) told.ignored(`${name} NaN`, 'not a number');
      else told.sample(name, labels, value, Math.round(time * 1e6));
    }
  }
}
