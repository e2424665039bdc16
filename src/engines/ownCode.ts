/** A user's own code: reads a .wat or .wasm file, outlines it, and finds in it what the sites of a scenario name.
 *
 *  Limit: what is found here is what can be known without running the function. */
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { LabError } from '../base/errors.js';
import { unknownName } from '../base/nearest.js';
import type { OutlinedFunction, OutlinedModule, OutlinedProgram } from '../hw/outlinedCode.js';
import {
  OUTLINE_IMPORTS,
  type OutlinedBinary,
  outlineBinary,
  outlineText,
  POLL_IMPORT,
  patchImport,
} from '../jit/outline.js';
import type { Scenario } from '../scenarios/scenario.js';
import { loadOutlining } from './runLoop.js';

const MAX_FILE_BYTES = 262_144;
const TEXT_FILE = /\.wat$/;
export const CODE_FILE = /\.(wat|wasm)$/;

export interface CodeFile {
  readonly path: string;
  readonly outlined: OutlinedBinary;
  readonly module: WebAssembly.Module;
  /** Exported functions without parameters. */
  readonly callable: readonly string[];
}

/** @throws {LabError} E_FILE, E_WAT, E_WASM, E_OWN_CODE */
export async function readCodeFile(path: string): Promise<CodeFile> {
  return codeFile(path, readBounded(path));
}

/** @param content of the file: text where `path` ends in .wat.
 *  @throws {LabError} E_WAT, E_WASM, E_OWN_CODE */
export async function codeFile(path: string, content: Uint8Array<ArrayBuffer>): Promise<CodeFile> {
  const outlined = TEXT_FILE.test(path)
    ? await outlineText(new TextDecoder().decode(content), path)
    : await outlineBinary(content, path);
  const module = new WebAssembly.Module(outlined.bytes);
  return { path, outlined, module, callable: callableIn(path, module, outlined) };
}

function readBounded(path: string): Uint8Array<ArrayBuffer> {
  try {
    const entry = statSync(path);
    if (!entry.isFile()) throw new Error('it is not a file');
    if (entry.size > MAX_FILE_BYTES) {
      throw new Error(`it has ${entry.size} bytes; expected at most ${MAX_FILE_BYTES}`);
    }
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new LabError('E_FILE', `cannot read ${path}: ${why}`, 'Give a .wat or .wasm file.');
  }
}

/** Makes an instance as each cpu will, which runs nothing: there is no start function. */
function callableIn(path: string, module: WebAssembly.Module, { points }: OutlinedBinary): string[] {
  const imports = Object.fromEntries(
    [POLL_IMPORT, ...points.map((_, n) => patchImport(n))].map((n) => [n, () => 0]),
  );
  try {
    const { exports } = new WebAssembly.Instance(module, { [OUTLINE_IMPORTS]: imports });
    return Object.entries(exports).flatMap(([name, value]) =>
      typeof value === 'function' && value.length === 0 ? [name] : [],
    );
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^WebAssembly\.\w+\(\): /, '') : String(error);
    throw new LabError(
      'E_OWN_CODE',
      `${path}: no instance can be made of it: ${why}`,
      'Correct its segments.',
    );
  }
}

/** What the sites of a scenario name; undefined where none has code of its own.
 *  @throws {LabError} as readCodeFile, and E_UNKNOWN_NAME, E_OWN_CODE */
export async function outlinedProgram(scenario: Scenario): Promise<OutlinedProgram | undefined> {
  const paths = [...new Set(scenario.sites.flatMap(({ code }) => (code === undefined ? [] : [code])))];
  if (paths.length === 0) return undefined;
  const files: CodeFile[] = [];
  for (const path of paths) files.push(await readCodeFile(resolve(dirname(scenario.name), path)));
  const units = files.map(() => new Map<string, number>());
  const functions = scenario.sites.flatMap((site, unit): OutlinedFunction[] => {
    if (site.code === undefined) return [];
    const module = paths.indexOf(site.code);
    const file = files[module]!;
    const patch = site.patch ?? site.name;
    const names = file.outlined.points.map((point) => point.name);
    if (!names.includes(patch)) throw unknownName(`patch point of ${site.code}`, patch, names);
    if (units[module]!.has(patch)) {
      throw new LabError(
        'E_OWN_CODE',
        `site '${site.name}': patch point '${patch}' of ${site.code} is a site already`,
        'Give each patch point one site.',
      );
    }
    units[module]!.set(patch, unit);
    return [{ unit, module, exportName: exportOf(site.code, file, site.export) }];
  });
  return {
    modules: files.map((file, index) => moduleOf(paths[index]!, file, units[index]!)),
    functions,
    ...(await loadOutlining()),
  };
}

function moduleOf(
  name: string,
  { module, outlined }: CodeFile,
  units: ReadonlyMap<string, number>,
): OutlinedModule {
  return {
    file: name,
    module,
    imports: OUTLINE_IMPORTS,
    pollImport: POLL_IMPORT,
    points: outlined.points.map((point, index) => ({
      importName: patchImport(index),
      unit: units.get(point.name),
      first: point.first,
      values: point.values,
    })),
  };
}

/** @throws {LabError} E_UNKNOWN_NAME, E_OWN_CODE */
export function exportOf(path: string, { callable }: CodeFile, wanted: string | undefined): string {
  if (wanted !== undefined) {
    if (callable.includes(wanted)) return wanted;
    throw unknownName(`exported function without parameters of ${path}`, wanted, callable);
  }
  const [only, ...others] = callable;
  if (only !== undefined && (others.length === 0 || callable.includes(DEFAULT_EXPORT))) {
    return others.length === 0 ? only : DEFAULT_EXPORT;
  }
  throw new LabError(
    'E_OWN_CODE',
    `${path}: it exports ${callable.length} functions without parameters${callable.length > 0 ? ` (${callable.join(', ')})` : ''}; expected one, or one named '${DEFAULT_EXPORT}'`,
    `Export it as (func (export "${DEFAULT_EXPORT}") ...), without parameters.`,
  );
}

const DEFAULT_EXPORT = 'run';
