import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './processes.mjs';

const scripts = join(import.meta.dirname, '..', 'wrk');
let runs = 0;

/**
 * One load run with this many connections, each with one request in flight. The rate counts only 2xx. Latencies in milliseconds
 * are wrk's, which adds the requests that a stalled connection would have sent meanwhile.
 */
export async function wrk({ port, token, walletsFile, connections, seconds, zipf = false, script = 'charge.lua' }) {
  runs++;
  const threads = Math.min(2, connections);
  const output = await run('wrk', [
    `-t${threads}`, `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', join(scripts, script), `http://127.0.0.1:${port}`,
  ], {
    env: {
      ...process.env,
      BENCH_SCRIPTS: scripts,
      BENCH_TOKEN: token,
      BENCH_WALLETS: walletsFile,
      BENCH_SEED: String(runs),
      BENCH_KEY: `${process.pid}-${Date.now()}-${runs}`,
      BENCH_ZIPF: zipf ? '1' : '0',
    },
  });
  const found = /^BENCH (.*)$/m.exec(output);
  if (!found) throw new Error(`wrk: ${output}`);
  const counted = JSON.parse(found[1]);
  const accepted = counted.answers - counted.refused;
  return {
    connections, seconds: counted.seconds, accepted, refused: counted.refused,
    broken: counted.connect + counted.read + counted.write + counted.timeout,
    rate: accepted / counted.seconds, p50: counted.p50, p90: counted.p90, p99: counted.p99, max: counted.max,
  };
}

export function writeIds(file, ids) {
  writeFileSync(file, `${ids.join('\n')}\n`);
  return file;
}
