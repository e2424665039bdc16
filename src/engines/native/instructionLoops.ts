/** What a load, a store, an atomic and a call cost, by loops of WebAssembly that do nothing else, and how many cycles the
 *  processor makes in a nanosecond, by additions that wait for each other.
 *
 *  Loads wait for each other too: what is measured is how long one takes, as in a cost profile. Stores go into the
 *  store buffer, one behind the other.
 *  Source: the method of lmbench's mhz and lat_mem_rd (McVoy and Staelin, USENIX 1996; Staelin and McVoy, USENIX 1998).
 *  Limit: what the compiler makes of WebAssembly; everything hits the first cache. */
import { assembleWat } from '../../jit/wabt.js';
import { type BlockPair, block, blockPairs, type Work, warmUp } from './blocks.js';

/** Instructions in one turn of a loop. */
const UNROLLED = 16;

/** What stands UNROLLED times in the loop of that name. */
const BODIES = {
  load: '(local.set $value (i32.load (local.get $value)))',
  store: '(i32.store (i32.const 64) (local.get $times))',
  atomic: '(drop (i32.atomic.rmw.add (i32.const 64) (i32.const 1)))',
  call: '(local.set $value (i32.xor (local.get $value) (call_indirect (type $unit) (i32.const 0))))',
} as const;

/** Two instructions of one cycle each. No algebra makes them one. */
const CHAIN =
  '(local.set $value (i32.xor (i32.add (local.get $value) (local.get $times)) (local.get $times)))';
const CHAIN_CYCLES = 2;

export type Instruction = keyof typeof BODIES;
export const INSTRUCTIONS = Object.keys(BODIES) as Instruction[];

export interface InstructionBlocks {
  /** By turns of the loop, without and with UNROLLED of them; nanoseconds for one instruction. */
  readonly pairs: Readonly<Record<Instruction, readonly BlockPair[]>>;
  /** By a chain of additions. */
  readonly nsPerCycle: readonly number[];
}

export async function instructionModule(): Promise<WebAssembly.Module> {
  const loop = (name: string, body: string): string => `
    (func (export "${name}") (param $times i32) (result i32) (local $value i32)
      (loop $again
        ${body.repeat(UNROLLED)}
        (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
      (local.get $value))`;
  const loops = Object.entries({ ...BODIES, empty: '', chain: CHAIN }).map(([name, body]) =>
    loop(name, body),
  );
  const text = `(module
    (type $unit (func (result i32)))
    (memory 1 1 shared)
    (table 1 1 funcref)
    (elem (i32.const 0) $unit)
    (func $unit (result i32) (i32.const 0))${loops.join('')})`;
  return WebAssembly.compile(await assembleWat('instruction loops', text));
}

export function measureInstructions(module: WebAssembly.Module, blocks: number): InstructionBlocks {
  const loops = new WebAssembly.Instance(module).exports as Readonly<Record<string, Work>>;
  const { empty, chain } = loops;
  const pairs = Object.fromEntries(
    INSTRUCTIONS.map((name) => [
      name,
      blockPairs(empty!, loops[name]!, blocks).map((pair) => ({
        without: pair.without / UNROLLED,
        with: pair.with / UNROLLED,
      })),
    ]),
  ) as Record<Instruction, BlockPair[]>;
  const times = warmUp(chain!);
  const nsPerCycle = Array.from({ length: blocks }, () => block(chain!, times) / (UNROLLED * CHAIN_CYCLES));
  return { pairs, nsPerCycle };
}
