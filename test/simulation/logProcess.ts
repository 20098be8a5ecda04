/**
 * The process that the kill tests start: takes the lock of a directory, recovers its log, prints `ready` and the
 * last number, then appends and commits for ever, printing each number once it is durable.
 */
import { writeSync } from 'node:fs';
import { PapertapeError } from '../../src/domain/errors.js';
import { DataDirLock } from '../../src/storage/dataDirLock.js';
import { openEventLog } from '../../src/storage/eventLog.js';
import { nodeFileSystem } from '../../src/storage/fileSystem.js';

const directory = process.argv[2] ?? '';
const mode = process.argv[3] ?? 'append';

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

try {
  DataDirLock.acquire(directory);
  say(`locked ${process.pid}`);
  if (mode === 'append') appendForEver();
  else setInterval(() => undefined, 1000);
} catch (error) {
  if (!(error instanceof PapertapeError)) throw error;
  say(`${error.code} ${error.message}`);
  process.exitCode = 1;
}

function appendForEver(): void {
  const log = openEventLog({
    fs: nodeFileSystem,
    directory: `${directory}/tape`,
    name: 'kill test',
    segmentBytes: 16_384,
    reserveBytes: 8192,
    extendBytes: 4096,
  });
  say(`ready ${log.lastSeq}`);
  for (;;) {
    log.market.append(1, Date.now() * 1000, new Uint8Array(200));
    for (let index = 0; index < 3; index += 1) {
      const text = `order ${log.lastSeq + 1}`;
      log.append(1, Date.now() * 1000, new TextEncoder().encode(text));
    }
    say(`acked ${log.commit()}`);
  }
}
