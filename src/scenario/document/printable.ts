/**
 * Text of strangers (names, keys, paths) as it may be shown anywhere: on one line, and with nothing in it that a
 * terminal, a log or a page would act upon. Every writer gets its texts through this.
 */

/** C0 and C1 controls, line and paragraph separators, marks that change the direction, and what is no character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what keeps them out
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g;

/** Half a character. */
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

export function printable(text: string): string {
  return text.replace(UNPRINTABLE, '·').replace(LONE_SURROGATE, '·');
}

/** The same with the ends of lines left, for what is meant to have several. */
export function printableLines(text: string): string {
  return text.split(/\r?\n/).map(printable).join('\n');
}
