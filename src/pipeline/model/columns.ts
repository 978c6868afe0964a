/** A column of whole numbers by some small number; all 0 to begin with. */
export function newColumn(): Int32Array {
  return new Int32Array(64);
}

/** The same column with room for this place. */
export function wideEnough(column: Int32Array, place: number): Int32Array {
  if (place < column.length) return column;
  const wide = new Int32Array(2 * place);
  wide.set(column);
  return wide;
}
