/** The statistics of the program itself; the benches use the same ones. */
export { drift, median, quantile, type Summary, summarize } from '../../src/base/statistics.js';
