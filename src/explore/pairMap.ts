/** Numbers by pairs of numbers: open addressing in one flat array. */

const FIRST = 0;
const SECOND = 1;
const VALUE = 2;
/* Of 4 numbers, so that a slot lies in one line of the host's cache. */
const SLOT = 4;
const INITIAL_CAPACITY = 64;
const FULL = 0.5;

export class PairMap {
  #slots = new Int32Array(INITIAL_CAPACITY * SLOT);
  #mask = INITIAL_CAPACITY - 1;
  #size = 0;

  /** 0 where there is none. */
  get(first: number, second: number): number {
    return this.#slots[this.#find(first, second) + VALUE]!;
  }

  /** @param value not 0. */
  set(first: number, second: number, value: number): void {
    const slots = this.#slots;
    const at = this.#find(first, second);
    if (slots[at + VALUE] === 0) this.#size++;
    slots[at + FIRST] = first;
    slots[at + SECOND] = second;
    slots[at + VALUE] = value;
    if (this.#size > (this.#mask + 1) * FULL) this.#grow();
  }

  #find(first: number, second: number): number {
    const slots = this.#slots;
    let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca77);
    hash ^= hash >>> 15;
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = slot * SLOT;
      if (slots[at + VALUE] === 0 || (slots[at + FIRST] === first && slots[at + SECOND] === second))
        return at;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2);
    this.#mask = this.#slots.length / SLOT - 1;
    for (let at = 0; at < old.length; at += SLOT) {
      if (old[at + VALUE] === 0) continue;
      this.#slots.set(old.subarray(at, at + SLOT), this.#find(old[at + FIRST]!, old[at + SECOND]!));
    }
  }
}
