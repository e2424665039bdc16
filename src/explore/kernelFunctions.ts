/** Which function of the kernel makes an access: found by running its routine again on a cpu that looks, at every call of one of
 *  its methods, from where it is called. Only for telling a schedule: it is slow, and no routine can know.
 *
 *  Source: the stack as V8 writes it, https://v8.dev/docs/stack-trace-api.
 *  Limit: a function is one of the shim's, in the built JavaScript; most are named as in Linux. */
import type { ExploredCpu } from './exploredCpu.js';

/** Files of functions that make accesses; what helps them to is not among these. */
const CALLER = /^\s*at (?:[\w$]+\.)*([\w$]+) \(.*\/(?:kernel|policies)\/[\w-]+\.js:/;

/** @param run runs a routine on a cpu like this one, each time the same way.
 *  @returns the function that has called a method of it last; undefined where none of the kernel did. */
export function lastCaller(c: ExploredCpu, run: (watched: ExploredCpu) => void): string | undefined {
  let calls = 0;
  run(watchedBy(c, () => calls++));
  let caller: string | undefined;
  // To look at the stack takes long.
  run(
    watchedBy(c, () => {
      if (--calls === 0) caller = callerOnStack();
    }),
  );
  return caller;
}

function watchedBy(c: ExploredCpu, aboutToCall: () => void): ExploredCpu {
  return new Proxy(c, {
    get: (cpu, property) => {
      const value: unknown = Reflect.get(cpu, property, cpu);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        aboutToCall();
        return value.apply(cpu, args);
      };
    },
  });
}

function callerOnStack(): string | undefined {
  const lines = new Error().stack?.split('\n') ?? [];
  return lines.map((line) => CALLER.exec(line)?.[1]).find((name) => name !== undefined);
}
