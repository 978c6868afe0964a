/**
 * One JSON value, byte by byte: where it ends, or where it cannot go on. Only what tells records apart is looked at;
 * whether the text is JSON, its parser says.
 */
export const [QUOTE, BACKSLASH, NEWLINE, RETURN, BLANK, TAB] = [0x22, 0x5c, 0x0a, 0x0d, 0x20, 0x09] as const;
export const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d] as const;
export const [COMMA, COLON] = [0x2c, 0x3a] as const;

/** Keys of an object around a list whose elements are the records. */
export const LIST_KEYS: ReadonlySet<string> = new Set([
  'items',
  'records',
  'events',
  'logEvents',
  'Records',
  'results',
]);

/**
 * `more`: it goes on beyond these bytes. `text`: it is no JSON but a line that begins with a brace. `list`: the list of
 * records of an object begins. Anything else says what is wrong.
 */
export type Scanned = 'more' | 'ended' | 'list' | 'text' | { readonly wrong: string };

/** Where the value is. */
export interface Place {
  /** Of its first byte, and the column of that. */
  start: number;
  indent: number;
  /** Of the line that is being scanned. */
  lineStart: number;
}

const BRACKETS = 'this record is cut or broken: its brackets do not match';

/** What kind of value it is. */
type Role = 'record' | 'element' | 'rest';

export class ValueScan {
  /** The next byte to look at. */
  at = 0;
  #role: Role = 'record';
  /** Brackets that are open; the last has no closing one yet. */
  readonly #open: number[] = [];
  #depth = 0;
  #afterColon = false;
  #inString = false;
  #escaped = false;
  #stringStart = 0;
  #afterValue = false;
  #justOpened = false;
  #newlines = 0;
  #key = '';

  /** An element of a list is not looked into for lists. */
  begin(at: number, isElement: boolean): void {
    this.#reset(at, isElement ? 'element' : 'record', 0);
  }

  /** The rest of an object whose list has been read. */
  resume(at: number): void {
    this.#reset(at, 'rest', 1);
    this.#afterValue = true;
    this.#newlines = 1;
  }

  get isOpen(): boolean {
    return this.#depth > 0;
  }

  #reset(at: number, role: Role, depth: number): void {
    this.at = at;
    this.#role = role;
    this.#depth = depth;
    this.#open.length = 0;
    if (depth > 0) this.#open.push(OPEN_BRACE);
    this.#afterColon = false;
    this.#inString = false;
    this.#escaped = false;
    this.#afterValue = false;
    this.#justOpened = false;
    this.#newlines = 0;
    this.#key = '';
  }

  /** Bytes before `by` are gone. */
  shift(by: number): void {
    this.at -= by;
    this.#stringStart -= by;
  }

  /** @param newline told of each line's end */
  scan(bytes: Buffer, place: Place, newline: (at: number) => void): Scanned {
    while (this.at < bytes.length) {
      if (this.#inString) {
        const wrong = this.#string(bytes);
        if (wrong !== undefined) return wrong;
        continue;
      }
      const c = bytes[this.at]!;
      if (c === BLANK || c === TAB || c === RETURN) this.at += 1;
      else if (c === NEWLINE) {
        newline(this.at);
        this.#newlines += 1;
        this.at += 1;
      } else {
        const found = this.#token(c, bytes, place);
        if (found !== undefined) return found;
      }
    }
    return 'more';
  }

  #token(c: number, bytes: Buffer, place: Place): Scanned | undefined {
    const broken = this.#depth > 0 ? this.#breaks(c, place) : undefined;
    if (broken !== undefined) return broken;
    this.#justOpened = false;
    this.at += 1;
    switch (c) {
      case QUOTE:
        this.#inString = true;
        this.#stringStart = this.at;
        return undefined;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        this.#open.push(c);
        this.#depth += 1;
        this.#justOpened = true;
        this.#afterValue = false;
        this.#afterColon = false;
        return c === OPEN_BRACKET && this.#opensList(bytes, place) ? 'list' : undefined;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        this.#open.pop();
        this.#depth -= 1;
        this.#afterValue = true;
        return this.#depth > 0 ? undefined : 'ended';
      default:
        this.#afterColon = c === COLON;
        this.#afterValue = c !== COMMA && c !== COLON;
        return undefined;
    }
  }

  /** Whether here is something that cannot follow, such as the next record where this one was cut. */
  #breaks(c: number, { indent, lineStart }: Place): Scanned | undefined {
    const inObject = this.#open[this.#depth - 1] === OPEN_BRACE;
    if (this.#role === 'record' && this.#justOpened && this.#depth === 1 && this.#newlines === 0) {
      if (inObject && c !== QUOTE && c !== CLOSE_BRACE) return 'text';
    }
    if ((c === CLOSE_BRACE && !inObject) || (c === CLOSE_BRACKET && inObject)) return { wrong: BRACKETS };
    if (c !== OPEN_BRACE && c !== OPEN_BRACKET && c !== QUOTE) return undefined;
    if (this.#afterValue) return { wrong: 'this record is cut or broken: a comma is missing' };
    if (c === QUOTE) return undefined;
    if (inObject && !this.#afterColon) return { wrong: 'this record is cut or broken: a key is missing' };
    if (c !== OPEN_BRACE || this.#newlines === 0 || this.at - lineStart > indent) return undefined;
    // What is within an object is further right, or on the line of its key.
    if (inObject) return this.#role === 'rest' ? undefined : { wrong: 'this record is cut' };
    // Values of one line each: the next line that begins with a brace is the next value.
    return this.#newlines === 1 && this.#role !== 'rest' ? { wrong: 'this record is cut' } : undefined;
  }

  /** The key of the string just read decides whether `[` opens the list of records. */
  #opensList(bytes: Buffer, { start }: Place): boolean {
    return this.#role === 'record' && this.#depth === 2 && bytes[start] === OPEN_BRACE && LIST_KEYS.has(this.#key);
  }

  #string(bytes: Buffer): Scanned | undefined {
    let i = this.at;
    // A line that ends here is the end of what was cut.
    if (this.#escaped && bytes[i] !== NEWLINE) i += 1;
    this.#escaped = false;
    for (; i < bytes.length; i++) {
      const c = bytes[i]!;
      if (c === QUOTE) {
        this.#inString = false;
        this.#afterValue = true;
        this.at = i + 1;
        if (this.#depth === 1 && i - this.#stringStart < 16) this.#key = bytes.toString('latin1', this.#stringStart, i);
        return undefined;
      }
      if (c === BACKSLASH) {
        // Its other half is in the next chunk.
        if (i + 1 === bytes.length) this.#escaped = true;
        if (bytes[i + 1] !== NEWLINE) i += 1;
      } else if (c === NEWLINE) {
        this.at = i;
        return { wrong: 'this record is cut: a line ends within a text' };
      }
    }
    this.at = Math.min(i, bytes.length);
    return 'more';
  }
}
