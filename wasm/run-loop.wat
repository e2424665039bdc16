;; The user-mode run loop of a simulated cpu: calls one fetch unit again and again, and polls for interrupts.
;;
;; What it stands for: straight-line user code that reaches a patch site over and over. The unit is called through
;; the cpu's private table, so replacing a table slot is what core serialization does to a cpu here.
;; Source: WebAssembly Core Specification 2.0, "call_indirect"; Threads proposal, "i32.atomic.load".
;; Limit: one site per call of `run`; a loop over several sites is the caller's.
;;
;; Each round does one atomic load, one call_indirect, one compare and one decrement, and nothing else: this loop is
;; what the sandbox costs, and bare-loop.wat is what it is compared with. The atomic load also keeps the engine from
;; moving the poll out of the loop.
(module
  (type $unit (func (result i32)))

  ;; What this cpu has decoded, one unit in each slot. Written by the cpu's fetch path only, never during `run`.
  (import "cpu" "table" (table 1 funcref))
  ;; The machine's buffer, shared by every cpu. 65536 pages is the most that a 32-bit memory can have.
  (import "cpu" "memory" (memory 1 65536 shared))

  ;; $slot      table slot of the unit
  ;; $times     calls to make; 0 or less makes none and returns 0
  ;; $doorbell  byte address of the cpu's doorbell word, a multiple of 4; not 0 means somebody waits for this cpu
  ;; $last      value that the unit is expected to return
  ;; $result    byte address, a multiple of 4, for a value that is not $last
  ;;
  ;; Returns r:
  ;;   r = 0   all calls were made, and all of them returned $last
  ;;   r > 0   the doorbell rang; r calls are still to do, and all calls so far returned $last
  ;;   r < 0   the last call made returned another value, which is stored at $result; -r - 1 calls are still to do
  ;;           after that one, and all calls before it returned $last
  ;;
  ;; The doorbell is read before each call, also the first, and not after the last. A unit that traps ends `run` with
  ;; that trap, and how many calls came before it is lost.
  (func (export "run")
    (param $slot i32) (param $times i32) (param $doorbell i32) (param $last i32) (param $result i32)
    (result i32)
    (local $value i32)

    (if (i32.le_s (local.get $times) (i32.const 0))
      (then (return (i32.const 0))))

    (block $changed
      (block $rang
        (loop $again
          (br_if $rang (i32.atomic.load (local.get $doorbell)))
          (br_if $changed
            (i32.ne
              (local.tee $value (call_indirect (type $unit) (local.get $slot)))
              (local.get $last)))
          (br_if $again
            (local.tee $times (i32.sub (local.get $times) (i32.const 1))))))
      ;; $times is 0 after falling out of the loop, and above 0 after the doorbell.
      (return (local.get $times)))

    ;; A plain store: only this cpu reads it, after `run` has returned.
    (i32.store (local.get $result) (local.get $value))
    ;; $times still counts the call that was just made, so it is at least 1 and the result at most -1.
    (i32.sub (i32.const 0) (local.get $times))))
