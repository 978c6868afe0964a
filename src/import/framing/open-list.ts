/** The list whose elements are being read, and the object around it, which is complete only after them. */
import { reasonOf } from './piece.js';
import type { Resumption } from './resync.js';

/** So much of how the object around a list begins tells it from the list's elements. */
const BEGINNING = 32;

export class OpenList {
  isOpen = false;
  /** The list is over, the rest of its object is to come. */
  isClosing = false;
  /** The text of the object up to the list; a bare array has none. */
  #before: string | undefined;
  #beginning: Buffer = Buffer.alloc(0);
  #column = 0;
  /** Column of the line that opens the list, when nothing follows on it: of a list that people can read. */
  #opening = -1;

  /** @param column of the object's first byte; @param opening see above; -1 when elements follow on that line */
  begins(before: string | undefined, column: number, opening: number): void {
    this.isOpen = true;
    this.#before = before;
    this.#beginning = Buffer.from((before ?? '').slice(0, BEGINNING));
    this.#column = column;
    this.#opening = opening;
  }

  /** Where the next element can begin, after a bad one at `column`, and where the list can end. */
  resumes(column: number): Resumption {
    if (!this.isOpen) return { indent: column, inList: false, closes: -1 };
    const indented = this.#opening > 0;
    return { indent: indented ? 2 * this.#opening : column, inList: true, closes: indented ? this.#opening : -1 };
  }

  /** Whether a bracket that begins its line there, or ends it (-1), is that of the list. */
  endsAt(column: number): boolean {
    return this.isOpen && (this.#opening <= 0 || column < 0 || column === this.#opening);
  }

  goesOn(): void {
    this.isOpen = true;
    this.isClosing = false;
  }

  /** Whether something is around it. */
  get hasObject(): boolean {
    return this.#before !== undefined;
  }

  /** Whether an object begins here as the one around the list did: then that one was cut, and this is the next. */
  beginsAgain(bytes: Buffer, at: number, column: number): boolean {
    const { length } = this.#beginning;
    return length > 1 && column === this.#column && bytes.subarray(at, at + length).equals(this.#beginning);
  }

  /** @param rest of the object's text; undefined when that is lost */
  ends(rest: string | undefined): { around: unknown } | { wrong: string } {
    const before = this.#before;
    this.isOpen = false;
    this.isClosing = false;
    this.#before = undefined;
    if (before === undefined || rest === undefined) return { around: undefined };
    try {
      return { around: JSON.parse(`${before}]${rest}`) };
    } catch (error) {
      return { wrong: `around the list: not JSON: ${reasonOf(error)}` };
    }
  }
}
