/** The numbers of membarrier(2).
 *
 *  Source: Linux include/uapi/linux/membarrier.h. */

export const CMD_QUERY = 0;
export const CMD_GLOBAL = 1 << 0;
export const CMD_GLOBAL_EXPEDITED = 1 << 1;
export const CMD_REGISTER_GLOBAL_EXPEDITED = 1 << 2;
export const CMD_PRIVATE_EXPEDITED = 1 << 3;
export const CMD_REGISTER_PRIVATE_EXPEDITED = 1 << 4;
export const CMD_PRIVATE_EXPEDITED_SYNC_CORE = 1 << 5;
export const CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE = 1 << 6;
export const CMD_PRIVATE_EXPEDITED_RSEQ = 1 << 7;
export const CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ = 1 << 8;
export const CMD_GET_REGISTRATIONS = 1 << 9;
export const ALL_COMMANDS = (1 << 10) - 1;

/** Of CMD_PRIVATE_EXPEDITED_RSEQ only: interrupt the cpu given as third argument. */
export const CMD_FLAG_CPU = 1 << 0;
