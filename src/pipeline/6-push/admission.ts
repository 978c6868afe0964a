/**
 * The admission limiter for new streams (`xds/discovery.go`: WaitForRequestLimit; golang.org/x/time/rate): a token
 * bucket with burst 1. A stream that would wait longer than a second is refused at once and takes no token.
 */
import { type Nanos, SECOND } from '../../engine/time.js';

export interface Admission {
  /** When a stream that asks at `now` is let in; undefined: refused. */
  admit(now: Nanos): Nanos | undefined;
}

/** `perSecond` 0 admits everyone at once. */
export function createAdmission(perSecond: number): Admission {
  if (perSecond === 0) return { admit: (now) => now };
  const interval = SECOND / perSecond;
  let nextToken = 0;
  return {
    admit(now) {
      const at = Math.max(now, nextToken);
      const admittedAt = Math.round(at);
      // The deadline is a second from the call, and a little of it has passed when the limiter looks.
      if (admittedAt - now >= SECOND) return undefined;
      nextToken = at + interval;
      return admittedAt;
    },
  };
}
