/** The hand-written WebAssembly around user code, assembled once per process. */
import { readPackageText } from '../jit/packageFile.js';
import { assembleWat } from '../jit/wabt.js';

const loading = new Map<string, Promise<WebAssembly.Module>>();

function load(file: string): Promise<WebAssembly.Module> {
  let module = loading.get(file);
  if (!module) {
    module = readPackageText(file)
      .then((text) => assembleWat(file, text))
      .then((bytes) => WebAssembly.compile(bytes));
    loading.set(file, module);
  }
  return module;
}

export function loadRunLoop(): Promise<WebAssembly.Module> {
  return load('wasm/run-loop.wat');
}

/** What stands around a user's own function. */
export async function loadOutlining(): Promise<{
  readonly patchPoint: WebAssembly.Module;
  readonly safepoint: WebAssembly.Module;
}> {
  const [patchPoint, safepoint] = await Promise.all([
    load('wasm/patch-point.wat'),
    load('wasm/safepoint.wat'),
  ]);
  return { patchPoint, safepoint };
}
