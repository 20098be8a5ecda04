/** The process that the cache's kill test starts: does the writes after a number for ever, and tells each once done. */
import { writeSync } from 'node:fs';
import { createHistoricalCache } from '../../src/cache/historicalCache.js';
import { doWrite } from './cacheWrites.js';

const [folder = '', done = '0'] = process.argv.slice(2);

// Few rows, so that appends fold the log by themselves, too.
const cache = createHistoricalCache(folder, { rowLogRows: 100 });
writeSync(1, 'ready\n');
for (let number = Number(done) + 1; ; number += 1) {
  await doWrite(cache, number);
  writeSync(1, `acked ${number}\n`);
}
