;; A tracepoint behind a static key: costs nothing while it is off, and is switched on in the code itself.
;;
;; Figure: Linux include/linux/jump_label.h and Documentation/staging/static-keys.rst.
;;
;;     for each request:
;;       serve(request)
;;       if (static_branch_unlikely(&trace)) record(request)    -- nop, or a jump: here 0 or 1 before an `if`
;;
;; The patch point is the key. A thread that runs the old version after the key was switched off goes on recording,
;; into a buffer that its owner may have freed by then.
(module
  (memory 1)
  ;; The ring buffer: 1024 words from address 0, and where the next record goes.
  (global $head (mut i32) (i32.const 0))

  (func $record (param $request i32)
    (i32.store (i32.shl (i32.and (global.get $head) (i32.const 1023)) (i32.const 2)) (local.get $request))
    (global.set $head (i32.add (global.get $head) (i32.const 1))))

  ;; A round of xorshift stands for the work.
  (func $serve (param $request i32) (result i32)
    (local.set $request (i32.xor (local.get $request) (i32.shl (local.get $request) (i32.const 13))))
    (local.set $request (i32.xor (local.get $request) (i32.shr_u (local.get $request) (i32.const 17))))
    (i32.xor (local.get $request) (i32.shl (local.get $request) (i32.const 5))))

  (func (export "run") (result i32)
    (local $left i32) (local $request i32)
    (local.set $left (i32.const 64))
    (local.set $request (i32.const 0x2545f491))
    (loop $next
      (local.set $request (call $serve (local.get $request)))
      (@metadata.code.patch "trace/2") i32.const 0
      if
        (call $record (local.get $request))
      end
      (br_if $next (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (global.get $head)))
