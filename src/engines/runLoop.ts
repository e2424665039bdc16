/** The WebAssembly run loop, assembled once per process. */
import { readPackageText } from '../jit/packageFile.js';
import { assembleWat } from '../jit/wabt.js';

const RUN_LOOP = 'wasm/run-loop.wat';

let loading: Promise<WebAssembly.Module> | undefined;

export function loadRunLoop(): Promise<WebAssembly.Module> {
  loading ??= readPackageText(RUN_LOOP)
    .then((text) => assembleWat(RUN_LOOP, text))
    .then((bytes) => WebAssembly.compile(bytes));
  return loading;
}
