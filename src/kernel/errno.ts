/** Guest errors: system calls return them negated, as values.
 *
 *  Source: Linux include/uapi/asm-generic/errno-base.h, errno.h. */
export const EPERM = 1;
export const EINTR = 4;
export const EINVAL = 22;
export const ENOSYS = 38;
