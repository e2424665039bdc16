;; The safepoint poll of a user's own function. Its entry and each round of its loops count down, and call this at zero.
;;
;; What it stands for: the poll that a JIT inserts, and the instruction boundary at which a cpu takes an interrupt.
;; Source: the doorbell of run-loop.wat.
;; Limit: a WebAssembly frame cannot be left and come back to; whatever is done about the doorbell is done inside.
(module
  ;; The machine's buffer, which the function itself cannot reach.
  (import "cpu" "memory" (memory 1 65536 shared))
  ;; Byte address of the cpu's doorbell word.
  (import "cpu" "doorbell" (global $doorbell i32))
  (import "cpu" "attend" (func $attend))
  ;; Does not return.
  (import "cpu" "endless" (func $endless))

  ;; Instructions that are left before the call counts as one that never ends.
  (global $left (export "left") (mut i32) (i32.const 0))
  ;; The function counts down from here between two polls: about a microsecond.
  (global $stride i32 (i32.const 4096))

  ;; $countdown  where the function's own count has come to; negative
  ;; Returns where it begins again.
  (func (export "poll") (param $countdown i32) (result i32)
    (if (i32.atomic.load (global.get $doorbell))
      (then (call $attend)))
    (global.set $left
      (i32.sub (global.get $left) (i32.sub (global.get $stride) (local.get $countdown))))
    (if (i32.lt_s (global.get $left) (i32.const 0))
      (then (call $endless)))
    (global.get $stride)))
