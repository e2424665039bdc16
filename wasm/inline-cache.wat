;; A dispatch loop with an inline cache: sums the areas of shapes, and remembers in code which kind comes next.
;;
;; Figure: Deutsch and Schiffman, "Efficient Implementation of the Smalltalk-80 System", POPL 1984, section 4.
;;
;;     for each shape:
;;       if shape.kind == CACHED:  area += inline(shape)        -- the guard and what it guards are the patch point
;;       else:                     area += lookup(shape)()      -- miss: the slow way, and right
;;
;; The patch point is the kind that the cache expects. Version v expects kind v mod 3, so whoever runs an older version
;; is not wrong, it is slow: each miss takes the table. What an inline cache may not do is to run half of two versions.
(module
  (type $area (func (param i32) (result i32)))
  (table 3 funcref)
  (elem (i32.const 0) $square $circle $triangle)
  (global $hits (mut i32) (i32.const 0))

  (func $square (param $size i32) (result i32)
    (i32.mul (local.get $size) (local.get $size)))
  (func $circle (param $size i32) (result i32)
    (i32.div_u (i32.mul (i32.mul (local.get $size) (local.get $size)) (i32.const 355)) (i32.const 113)))
  (func $triangle (param $size i32) (result i32)
    (i32.shr_u (i32.mul (local.get $size) (local.get $size)) (i32.const 1)))

  ;; Shapes of one kind come in runs of 16, as they do in programs.
  (func $kindOf (param $shape i32) (result i32)
    (i32.rem_u (i32.shr_u (local.get $shape) (i32.const 4)) (i32.const 3)))

  (func (export "run") (result i32)
    (local $shape i32) (local $kind i32) (local $sum i32)
    (local.set $shape (i32.const 96))
    (loop $next
      (local.set $shape (i32.sub (local.get $shape) (i32.const 1)))
      (local.set $kind (call $kindOf (local.get $shape)))
      ;; The guard.
      local.get $kind
      (@metadata.code.patch "cached-kind/3") i32.const 0
      i32.eq
      if
        (global.set $hits (i32.add (global.get $hits) (i32.const 1)))
      end
      (local.set $sum
        (i32.add (local.get $sum) (call_indirect (type $area) (local.get $shape) (local.get $kind))))
      (br_if $next (local.get $shape)))
    (i32.add (local.get $sum) (global.get $hits))))
