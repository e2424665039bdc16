/** How a patch point is written, and how it is marked so that it survives every tool: the constant of the n-th point
 *  becomes one that nothing else in the module has.
 *
 *  Source: WebAssembly tool-conventions, "Code Metadata Framework".
 *  Limit: wabt 1.0.39 could carry the metadata itself, but it refuses an annotation before an operand in parentheses, and
 *  the names of annotations came out garbled where it was tried; so markText.ts and markBinary.ts read both forms. */

/** `(@metadata.code.patch "name")` in text, and the custom section of a binary. */
export const METADATA_SECTION = 'metadata.code.patch';

/** A patch point as it was written. */
export interface MarkedConstant {
  readonly payload: string;
  /** The constant in the file. */
  readonly constant: number;
  /** Where it stands, for messages. */
  readonly where: string;
}

/** The constant that stands for the n-th patch point. */
export function markOf(index: number): number {
  return 0x5eed1e00 + index;
}
