/** How far a run is, on stderr, and only when it takes long enough for someone to wonder. */

const QUIET_MS = 2_000;
/** Between updates: often on a terminal that overwrites, seldom in a log. */
const TERMINAL_MS = 200;
const LOG_MS = 10_000;

export interface Progress {
  report(fractionDone: number): void;
  done(): void;
}

export function createProgress(
  label: string,
  stream: NodeJS.WriteStream = process.stderr,
  now = () => performance.now(),
): Progress {
  const start = now();
  const gap = stream.isTTY ? TERMINAL_MS : LOG_MS;
  let next = start + QUIET_MS;
  let shown = false;
  return {
    report(fractionDone) {
      const time = now();
      if (time < next) return;
      next = time + gap;
      shown = true;
      const text = `${label}: ${Math.floor(fractionDone * 100)} % after ${Math.round((time - start) / 1000)} s`;
      stream.write(stream.isTTY ? `\r${text} ` : `${text}\n`);
    },
    done() {
      // Erases the line: the report is what should remain.
      if (shown && stream.isTTY) stream.write('\r\u001b[2K');
    },
  };
}
