/** Reads a code-metadata section: which instructions of which functions carry a note, and what it says.
 *
 *  Source: WebAssembly tool-conventions, "Code Metadata Framework": a custom section `metadata.code.<type>` holds, per
 *  function, offsets from the start of the function's body (its locals) and a payload for each.
 *  Limit: whether an instruction begins at an offset is for whoever reads the code. */
import { LabError } from '../base/errors.js';
import { readU32 } from './leb128.js';

export interface CodeNote {
  /** Index of the function, imports included. */
  readonly func: number;
  /** In bytes, from the start of the function's body. */
  readonly offset: number;
  readonly payload: string;
}

/** @param section its content, without its name.
 *  @param name of the section, for messages.
 *  @throws {LabError} E_WASM where it does not follow the convention. */
export function readCodeMetadata(section: Uint8Array, file: string, name: string): CodeNote[] {
  const refuse = (at: number, expected: string): LabError =>
    new LabError(
      'E_WASM',
      `${file}: section ${name}, byte ${at}: expected ${expected}`,
      'Write the section again with the tool that made it.',
    );
  let at = 0;
  const next = (what: string): number => {
    try {
      const { value, next: after } = readU32(section, at);
      at = after;
      return value;
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      throw refuse(at, what);
    }
  };
  const notes: CodeNote[] = [];
  const decoder = new TextDecoder();
  for (let functions = next('how many functions'); functions > 0; functions--) {
    const func = next('a function index');
    for (let count = next('how many notes'); count > 0; count--) {
      const offset = next('an offset');
      const length = next('the length of a payload');
      if (length > section.length - at) throw refuse(at, `${length} bytes of payload`);
      notes.push({ func, offset, payload: decoder.decode(section.subarray(at, at + length)) });
      at += length;
    }
  }
  if (at < section.length) throw refuse(at, 'the end of the section');
  return notes;
}
