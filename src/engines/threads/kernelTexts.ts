/** The kernel as plain code for the threads of a run: made once, in the thread that starts them.
 *
 *  Making it takes some tenths of a second of one thread. A short run would have to wait for it longer than it takes.
 *  Limit: plain code comes from the text of a file; a policy that was made elsewhere has none. */
import type { SerializationPolicy } from '../../kernel/serializationPolicy.js';
import { fileOf } from '../catalogue.js';
import type { PlainModules } from '../plain/plainModules.js';
import { ThreadCpu } from './threadCpu.js';
import { KERNEL_PATHS, type KernelTexts } from './threadKernel.js';

/** So many rounds take the generators longer than plain code takes to be made, also where a round is one system call. */
const PLAIN_FROM_ROUNDS = 50_000;

let modules: PlainModules | undefined;
const made = new Map<string, KernelTexts>();

/** Where there is plain code and the run is worth it. Once it was made, each run to come takes it: another policy is a
 *  small file.
 *  @returns undefined where the run is to drive the generators. */
export async function textsForRun(
  policy: SerializationPolicy,
  rounds: number,
): Promise<KernelTexts | undefined> {
  const file = fileOf(policy);
  if (file === undefined || (rounds < PLAIN_FROM_ROUNDS && !modules)) return undefined;
  return await kernelTexts(file);
}

/** @param file the policy's, without its ending. */
export async function kernelTexts(file: string): Promise<KernelTexts> {
  modules ??= await plainModules();
  let texts = made.get(file);
  if (!texts) {
    const policy = `policies/${file}.js`;
    texts = { modules: modules.texts([...Object.values(KERNEL_PATHS), policy]), policy };
    made.set(file, texts);
  }
  return texts;
}

/** Each access stays as it is built: the cpu does it. */
async function plainModules(): Promise<PlainModules> {
  const { PlainModules } = await import('../plain/plainModules.js');
  return new PlainModules({
    cpu: {},
    prototype: ThreadCpu.prototype,
    access: () => undefined,
    call: () => undefined,
  });
}
