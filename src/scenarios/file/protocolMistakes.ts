/** Steps of a protocol file that wait for what nobody does, or lead nowhere: found before anything is assembled. */
import {
  type ExecutorStep,
  LEARN_AND_JUMP,
  type PublicationProtocol,
  type WriterStep,
} from '../../jit/protocol.js';
import type { Mistake } from './mistakes.js';

export function mistakesInProtocol(protocol: PublicationProtocol): Mistake[] {
  const { writer, executor = LEARN_AND_JUMP } = protocol;
  const mistakes: Mistake[] = [];
  const writerAt = (step: WriterStep): number => writer.indexOf(step);
  const executorHas = (step: ExecutorStep): boolean => executor.includes(step);
  const awaited = writerAt('await-acknowledgements');
  if (awaited >= 0 && (writerAt('request') < 0 || writerAt('request') > awaited)) {
    mistakes.push({
      path: ['writer', awaited],
      message: 'nobody was asked',
      next: "Put 'request' before 'await-acknowledgements'.",
    });
  }
  if (awaited >= 0 && executor.filter((one) => one === 'acknowledge').length !== 1) {
    mistakes.push({
      path: ['executor'],
      message: "the writer waits for one 'acknowledge' of each executor",
      next: "Let executors 'await-request', and 'acknowledge' once.",
    });
  }
  if (executorHas('await-request') && writerAt('request') < 0) {
    mistakes.push({
      path: ['executor', executor.indexOf('await-request')],
      message: "nobody makes a 'request'",
      next: "Let the writer 'request'.",
    });
  }
  const learns = executor.findIndex((one) => one === 'await-pointer' || one === 'await-pointer-in-kernel');
  const acknowledges = executor.indexOf('acknowledge');
  if (awaited >= 0 && learns >= 0 && learns < acknowledges) {
    mistakes.push({
      path: ['executor', learns],
      message: 'the pointer comes after the acknowledgement that the writer waits for',
      next: "Put 'acknowledge' before it.",
    });
  }
  const loads = executor.indexOf('load-pointer');
  if (loads >= 0 && executor.indexOf('jump') < loads) {
    mistakes.push({
      path: ['executor', loads],
      message: 'no jump follows that depends on the pointer',
      next: "Put 'jump' behind it.",
    });
  }
  if (!executorHas('jump') && !executorHas('branch')) {
    mistakes.push({
      path: ['executor'],
      message: 'it never gets to the code',
      next: "End with 'jump' or 'branch'.",
    });
  }
  const branches = writerAt('store-branch');
  if (branches >= 0 && !executorHas('branch')) {
    mistakes.push({
      path: ['writer', branches],
      message: 'no executor takes the branch',
      next: "Let executors 'branch'.",
    });
  }
  return mistakes;
}
