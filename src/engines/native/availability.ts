/** Whether this host can do what a run on it takes; found out by trying.
 *
 *  Nothing is left behind: QUERY registers for nothing, and what is mapped is taken away again. */
import { CMD_PRIVATE_EXPEDITED_SYNC_CORE, CMD_QUERY } from '../../kernel/membarrierCommands.js';
import { codeImage } from './codeImage.js';
import { allowedCpus } from './hostCpus.js';
import { type HostPlatform, openHostKernel, THIS_HOST } from './hostKernel.js';
import { MACHINE_CODE_FOR } from './machineCode.js';
import { mapCode, unmapCode } from './mappedCode.js';

/** @returns true, or why not. */
export async function nativeAvailability(host: HostPlatform = THIS_HOST): Promise<true | string> {
  if (host.arch !== MACHINE_CODE_FOR) return `the host is ${host.arch}, and its machine code is for x86-64`;
  const kernel = await openHostKernel(host);
  if ('unavailable' in kernel) return kernel.unavailable;
  const commands = kernel.membarrier(CMD_QUERY, 0, 0);
  if (commands < 0) return `membarrier(2) gives errno ${-commands}`;
  if ((commands & CMD_PRIVATE_EXPEDITED_SYNC_CORE) === 0) return 'membarrier(2) has no SYNC_CORE here';
  if (allowedCpus(kernel).length === 0) return 'sched_getaffinity(2) names no cpu';
  try {
    const image = codeImage([]);
    unmapCode(kernel, mapCode(kernel, image), image);
  } catch (error) {
    return `the host maps no executable memory: ${error instanceof Error ? error.message : String(error)}`;
  }
  return true;
}
