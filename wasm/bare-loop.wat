;; The run loop without the sandbox: what run-loop.wat is compared with in the benches.
;;
;; It calls the same unit in the same way, through a table, because outlining a patch point is the JIT's doing and
;; not the sandbox's. It polls no doorbell and compares no value.
;; Limit: a bench only; a cpu that runs this cannot be interrupted.
(module
  (type $unit (func (result i32)))

  (import "cpu" "table" (table 1 funcref))

  ;; $slot   table slot of the unit
  ;; $times  calls to make; 0 or less makes none
  ;; Returns the exclusive or of all values, so that no call's value is unused.
  (func (export "run") (param $slot i32) (param $times i32) (result i32)
    (local $values i32)
    (if (i32.le_s (local.get $times) (i32.const 0))
      (then (return (i32.const 0))))
    (loop $again
      (local.set $values
        (i32.xor (local.get $values) (call_indirect (type $unit) (local.get $slot))))
      (br_if $again
        (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
    (local.get $values)))
