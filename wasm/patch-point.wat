;; One patch point of a user's own function, as the function calls it.
;;
;; What it stands for: the instruction that is patched. The outlined unit behind it is fetched by the cpu like any
;; other code: it is called through the cpu's private table, and core serialization puts `fetch` back into the slot.
;; Source: WebAssembly Core Specification 2.0, "call_indirect", "table.set".
;; Limit: one instance for each patch point and cpu.
;;
;; Executions are counted where they happen, run by run: as long as the unit gives the same value nobody is told.
(module
  (type $unit (func (result i32)))

  ;; What this cpu has decoded of the function's patch points, one in each slot.
  (import "cpu" "table" (table 1 funcref))
  ;; Fetches and decodes the unit, and puts it into its slot.
  (import "cpu" "decode" (func $decode (param i32)))
  ;; The unit gave another value: reports the run that ended, and says what the value stands for in the function.
  (import "cpu" "changed" (func $changed (param i32 i32) (result i32)))
  (import "point" "slot" (global $slot i32))

  (global $last (export "last") (mut i32) (i32.const 0))
  (global $count (export "count") (mut i32) (i32.const 0))
  (global $meaning (mut i32) (i32.const 0))

  ;; Stands in the slot of whatever is not decoded.
  (func (export "fetch") (result i32)
    (call $decode (global.get $slot))
    (call_indirect (type $unit) (global.get $slot)))

  ;; The patch point.
  (func (export "at") (result i32)
    (local $value i32)
    (local.set $value (call_indirect (type $unit) (global.get $slot)))
    (if (i32.or
          (i32.ne (local.get $value) (global.get $last))
          (i32.eqz (global.get $count)))
      (then
        (global.set $meaning (call $changed (global.get $slot) (local.get $value)))
        (global.set $last (local.get $value))
        (global.set $count (i32.const 0))))
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (global.get $meaning)))
