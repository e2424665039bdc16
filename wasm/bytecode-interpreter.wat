;; A small bytecode interpreter whose handlers are specialised while it runs.
;;
;; Figure: Brunthaler, "Inline Caching Meets Quickening", ECOOP 2010; CPython, PEP 659.
;;
;;     loop:
;;       op = fetch(pc)
;;       dispatch: PUSH | handler[ADD] | LESS | JUMP_IF        -- the handler of ADD is patched, and so is a constant
;;
;; Two patch points. `add-handler` selects the generic ADD, which looks at the tags of its operands, or the one for
;; integers, which does not. `increment` is a constant of the bytecode program that was folded into the code of PUSH.
;; Here both handlers agree on integers; a thread that runs the specialised one after the assumption fell would not.
(module
  (type $binary (func (param i32 i32) (result i32)))
  (memory 1)
  (table 2 funcref)
  (elem (i32.const 0) $addGeneric $addIntegers)

  ;; The program at 0, one byte an operation: PUSH ADD LESS JUMP_IF(back to 0) HALT.
  (data (i32.const 0) "\00\01\02\03\04")

  ;; Values carry a tag in their lowest bit: 1 for integers.
  (func $addIntegers (param $a i32) (param $b i32) (result i32)
    (i32.sub (i32.add (local.get $a) (local.get $b)) (i32.const 1)))
  (func $addGeneric (param $a i32) (param $b i32) (result i32)
    (if (i32.eqz (i32.and (i32.and (local.get $a) (local.get $b)) (i32.const 1)))
      (then (unreachable)))
    (call $addIntegers (local.get $a) (local.get $b)))

  (func (export "run") (result i32)
    (local $pc i32) (local $accumulator i32) (local $pushed i32) (local $flag i32)
    (local.set $accumulator (i32.const 1))
    (loop $next
      (block $halt
        (block $jumpIf
          (block $less
            (block $add
              (block $push
                (br_table $push $add $less $jumpIf $halt (i32.load8_u (local.get $pc))))
              ;; PUSH: the constant, tagged.
              (@metadata.code.patch "increment/8") i32.const 1
              i32.const 1
              i32.shl
              i32.const 1
              i32.or
              local.set $pushed
              (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
              (br $next))
            ;; ADD
            local.get $accumulator
            local.get $pushed
            (@metadata.code.patch "add-handler/2") i32.const 0
            call_indirect (type $binary)
            local.set $accumulator
            (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
            (br $next))
          ;; LESS than 40?
          (local.set $flag (i32.lt_u (i32.shr_u (local.get $accumulator) (i32.const 1)) (i32.const 40)))
          (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
          (br $next))
        ;; JUMP_IF
        (local.set $pc
          (select (i32.const 0) (i32.add (local.get $pc) (i32.const 1)) (local.get $flag)))
        (br $next)))
    (i32.shr_u (local.get $accumulator) (i32.const 1))))
