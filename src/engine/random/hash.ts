/**
 * A 128-bit hash of a string, as four 32-bit words. For telling names apart and seeding generators, not for secrets.
 *
 * It is the structure of MurmurHash3_x86_128 (Austin Appleby, public domain): multiply, rotate, add the neighbour lane,
 * and its finalisation; but every lane takes in every UTF-16 code unit, which is simpler and, for names of a few dozen
 * characters, fast enough (about 10 ns a character).
 */
export function hash128(text: string): readonly [number, number, number, number] {
  let a = 0x243f6a88 | 0;
  let b = 0x85a308d3 | 0;
  let c = 0x13198a2e | 0;
  let d = 0x03707344 | 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index) + 1;
    a = (Math.imul(rotate(a ^ Math.imul(unit, 0x239b961b), 19) + b, 5) + 0x561ccd1b) | 0;
    b = (Math.imul(rotate(b ^ Math.imul(unit, 0xab0e9789), 17) + c, 5) + 0x0bcaa747) | 0;
    c = (Math.imul(rotate(c ^ Math.imul(unit, 0x38b34ae5), 15) + d, 5) + 0x96cd1c35) | 0;
    d = (Math.imul(rotate(d ^ Math.imul(unit, 0xa1e38b93), 13) + a, 5) + 0x32ac3b17) | 0;
  }
  a ^= text.length;
  b ^= text.length;
  c ^= text.length;
  d ^= text.length;
  a = finish(a + b + c + d);
  b = finish(b + a);
  c = finish(c + a);
  d = finish(d + a);
  const sum = a + b + c + d;
  return [sum | 0, (b + sum) | 0, (c + sum) | 0, (d + sum) | 0];
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** Every bit of the argument changes every bit of the result with a probability near one half. */
function finish(word: number): number {
  let mixed = word | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** Eight hexadecimal digits of a 32-bit word. */
export function toHex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
