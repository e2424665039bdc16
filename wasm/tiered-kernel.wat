;; A numeric kernel in two tiers: a dot product that is called through its tier, baseline first, optimized later.
;;
;; Figure: Hölzle and Ungar, "Optimizing Dynamically-Dispatched Calls with Run-Time Type Feedback", PLDI 1994;
;; tier-up as V8 and HotSpot do it.
;;
;;     call [TIER](a, b, n)     -- a call target that is patched: 0 one element a round, 1 four elements a round
;;
;; Both tiers add up in the same order and give the same bits. A thread that stays in the old tier is slow; when its code
;; is freed, it runs what comes to lie there.
(module
  (type $kernel (func (param i32 i32 i32) (result f64)))
  (memory 1)
  (table 2 funcref)
  (elem (i32.const 0) $baseline $optimized)
  (global $filled (mut i32) (i32.const 0))

  ;; One product: a[i] * b[i] at byte offset $at.
  (func $product (param $a i32) (param $b i32) (param $at i32) (result f64)
    (f64.mul
      (f64.load (i32.add (local.get $a) (local.get $at)))
      (f64.load (i32.add (local.get $b) (local.get $at)))))

  (func $baseline (param $a i32) (param $b i32) (param $bytes i32) (result f64)
    (local $at i32) (local $sum f64)
    (loop $next
      (local.set $sum
        (f64.add (local.get $sum) (call $product (local.get $a) (local.get $b) (local.get $at))))
      (br_if $next
        (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 8))) (local.get $bytes))))
    (local.get $sum))

  ;; Unrolled four times, in the order of the baseline; $bytes is a multiple of 32.
  (func $optimized (param $a i32) (param $b i32) (param $bytes i32) (result f64)
    (local $at i32) (local $sum f64) (local $p i32) (local $q i32)
    (loop $next
      (local.set $p (i32.add (local.get $a) (local.get $at)))
      (local.set $q (i32.add (local.get $b) (local.get $at)))
      (local.set $sum (f64.add (local.get $sum)
        (f64.mul (f64.load (local.get $p)) (f64.load (local.get $q)))))
      (local.set $sum (f64.add (local.get $sum)
        (f64.mul (f64.load offset=8 (local.get $p)) (f64.load offset=8 (local.get $q)))))
      (local.set $sum (f64.add (local.get $sum)
        (f64.mul (f64.load offset=16 (local.get $p)) (f64.load offset=16 (local.get $q)))))
      (local.set $sum (f64.add (local.get $sum)
        (f64.mul (f64.load offset=24 (local.get $p)) (f64.load offset=24 (local.get $q)))))
      (br_if $next
        (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 32))) (local.get $bytes))))
    (local.get $sum))

  ;; 256 numbers at 0, 256 at 2048: a[i] = i, b[i] = 1 / (i + 1).
  (func $fill
    (local $i i32)
    (loop $next
      (f64.store (i32.shl (local.get $i) (i32.const 3)) (f64.convert_i32_u (local.get $i)))
      (f64.store offset=2048 (i32.shl (local.get $i) (i32.const 3))
        (f64.div (f64.const 1) (f64.convert_i32_u (i32.add (local.get $i) (i32.const 1)))))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 256))))
    (global.set $filled (i32.const 1)))

  (func (export "run") (result f64)
    (if (i32.eqz (global.get $filled)) (then (call $fill)))
    i32.const 0
    i32.const 2048
    i32.const 2048
    (@metadata.code.patch "tier/2") i32.const 0
    call_indirect (type $kernel)))
