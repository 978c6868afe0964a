/** How far a run is, on stderr, and only when it takes long enough for someone to wonder. */

import { number, seconds, span } from '../report/view/format.js';

const QUIET_MS = 2_000;
/** Between updates: often on a terminal that overwrites, seldom in a log. */
const TERMINAL_MS = 200;
const LOG_MS = 10_000;

export interface Progress {
  /** The share of simulated time, and the events so far: very many may be at one instant. */
  report(fractionDone: number, events?: number): void;
  done(): void;
}

export function createProgress(
  label: string,
  stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> = process.stderr,
  now = () => performance.now(),
): Progress {
  const start = now();
  const gap = stream.isTTY ? TERMINAL_MS : LOG_MS;
  let next = start + QUIET_MS;
  let shown = false;
  return {
    report(fractionDone, events) {
      const time = now();
      if (time < next) return;
      next = time + gap;
      shown = true;
      const passed = (time - start) / 1000;
      const counted = events === undefined ? '' : `${number(events)} events, `;
      const text = `${label}: ${Math.floor(fractionDone * 100)} %, ${counted}${leftText(passed, fractionDone)}`;
      stream.write(stream.isTTY ? `\r\u001b[2K${text} ` : `${text}\n`);
    },
    done() {
      // Erases the line: the report is what should remain.
      if (shown && stream.isTTY) stream.write('\r\u001b[2K');
    },
  };
}

/** Of a run that has hardly begun nobody can say it. */
function leftText(passed: number, fractionDone: number): string {
  if (fractionDone < 0.02) return `after ${Math.round(passed)} s`;
  const left = Math.round((passed * (1 - fractionDone)) / fractionDone);
  return `${left < 120 ? span(left) : seconds(left)} left`;
}
