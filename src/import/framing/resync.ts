/** Where reading goes on after a bad record: at the next line that begins, at its column or left of it, as a record does. */
import { BLANK, CLOSE_BRACE, CLOSE_BRACKET, COMMA, NEWLINE, OPEN_BRACE, QUOTE, RETURN, TAB } from './value-scan.js';

/** How lines within an indented object may begin; a line of text is none of these. */
const WITHIN_OBJECT: ReadonlySet<number> = new Set([CLOSE_BRACE, CLOSE_BRACKET, QUOTE, COMMA, NEWLINE, RETURN]);

export interface Resumption {
  /** Of the bad record, or the column at which elements of an indented list begin. */
  readonly indent: number;
  readonly inList: boolean;
  /** Column of the bracket that ends an indented list; -1 when the list is not indented. */
  readonly closes: number;
}

export class Resync {
  /** Reached in the blanks that a line begins with; -1 further on in it. */
  column = -1;

  begin(): void {
    this.column = -1;
  }

  /** @returns where it is; or, negative, how far these bytes have been looked through */
  scan(bytes: Buffer, from: number, bad: Resumption, newline: (at: number) => void): number {
    let at = from;
    for (; at < bytes.length; at++) {
      if (this.column < 0) {
        at = bytes.indexOf(NEWLINE, at);
        if (at < 0) return -bytes.length;
        newline(at);
        this.column = 0;
        continue;
      }
      const c = bytes[at]!;
      if (c === BLANK || c === TAB) this.column += 1;
      else if (this.#resumesAt(c, bad)) return at;
      else if (c === NEWLINE) {
        newline(at);
        this.column = 0;
      } else this.column = -1;
    }
    return -bytes.length;
  }

  #resumesAt(c: number, { indent, inList, closes }: Resumption): boolean {
    if (closes >= 0)
      return (c === OPEN_BRACE && this.column === indent) || (c === CLOSE_BRACKET && this.column === closes);
    if (c === OPEN_BRACE) return this.column <= indent;
    if (inList) return c === CLOSE_BRACKET && this.column <= indent;
    return this.column === 0 && !WITHIN_OBJECT.has(c);
  }
}
