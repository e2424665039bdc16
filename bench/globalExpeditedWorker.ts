/** The threads of bench/globalExpedited.ts on the other cpu: one that runs, and one that comes there and exits. */
import { parentPort, workerData } from 'node:worker_threads';
import { restriction } from '../src/engines/native/hostCpus.js';
import { openHostKernel } from '../src/engines/native/hostKernel.js';

/** Words of the memory that the threads share. */
export const PEER_ROUNDS = 0;
export const PEER_STOP = 1;
export const PEER_WORDS = 2;

export interface PeerPlan {
  readonly role: 'run' | 'exit';
  readonly cpu: number;
  readonly words: Int32Array;
}

if (parentPort) {
  const { role, cpu, words } = workerData as PeerPlan;
  const kernel = await openHostKernel();
  if ('unavailable' in kernel) throw new Error(kernel.unavailable);
  restriction(kernel)([cpu]);
  parentPort.postMessage('there');
  if (role === 'run') while (Atomics.load(words, PEER_STOP) === 0) Atomics.add(words, PEER_ROUNDS, 1);
}
