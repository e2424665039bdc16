import koffi from 'koffi';
import fs from 'node:fs';
const lib = koffi.load(null);
const fork = lib.func('int fork()'), _exit=lib.func('void _exit(int s)'), waitpid=lib.func('int waitpid(int pid,_Out_ int *st,int o)'), write=lib.func('long write(int fd,const char *t,size_t n)');
const madvise = lib.func('int madvise(uintptr_t a, size_t n, int how)');
function doFork(){
  const maps=fs.readFileSync('/proc/self/maps','latin1');
  let n=0,f=0;
  for (const m of maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) /gm)) { const a=parseInt(m[1],16), b=parseInt(m[2],16); if(a>2**47) continue; n++; if (madvise(a,b-a,11)!==0) f++; }
  return [n,f];
}
const N=+process.argv[2]; let bad=0;
console.log(doFork());
const t0=performance.now();
for(let i=0;i<N;i++){ doFork();
const p = fork();
if (p===0) { const s=[];for(let k=0;k<1000;k++)s.push({k}); write(1,Buffer.from('.'),1); _exit(0); }
const st=[0]; waitpid(p,st,0); if(st[0]!==0) {bad++; console.log(i,st[0]);}
}
console.log('bad',bad,(performance.now()-t0)/N,'ms each');
