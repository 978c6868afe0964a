const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
double[0] = 1;
/** Which half of a double is the high one: that depends on the byte order of the machine. */
export const HIGH = words[1] === 0 ? 0 : 1;

/**
 * Sign, exponent and the first 20 of the bits after the leading one (IEEE 754): of two positive numbers the larger has
 * the larger one, and so many of its bits from the top choose bins of equal relative width.
 */
export function highWord(value: number): number {
  double[0] = value;
  return words[HIGH]!;
}

/** Bits of the high word after the leading one. */
export const HIGH_BITS = 20;
/** What the exponent of 1 is stored as. */
export const EXPONENT_OF_ONE = 1023;
