import type { AttributionRow } from '../../measure/recorder/result.js';
import { bytes, number, seconds } from './format.js';

/** One cause as the cells of a table: who, writes, messages alone, messages with others, bytes, CPU. */
export function attributionCells({
  label,
  changes,
  alone,
  together,
  bytes: size,
  cpu_seconds,
}: AttributionRow): readonly string[] {
  return [label, number(changes), number(alone), number(together), bytes(size), seconds(cpu_seconds)];
}
