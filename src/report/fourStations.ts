/** The picture of the fetch path: a patch walks from left to right. */

export const FOUR_STATIONS = `\
  store  +--------+ clean  +-----+ invalidate +--------+ serialize +---------+
 ------->| memory |------->| PoU |----------->| icache |---------->| decoded |
         +--------+        +-----+            +--------+           +---------+
           shared           shared              per cpu      per cpu: this runs
`;
