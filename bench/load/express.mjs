import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from './client.mjs';
import { freePort } from './platform.mjs';
import { start, until } from './processes.mjs';

export const expressToken = 'bench.comparison.token';

/** Starts the Express application on the competitors' database. */
export async function startExpress(sql) {
  const port = await freePort();
  const child = start('node', [join(import.meta.dirname, '..', 'express', 'server.mjs')], {
    env: { ...process.env, ...sql.environment, NODE_ENV: 'production', PORT: String(port), BENCH_TOKEN: expressToken },
  });
  const client = new Client(port, 1);
  await until('Express becomes ready', async () => {
    if (child.exitCode !== null) throw new Error(`Express ended: ${child.output}`);
    return (await client.request('GET', '/health/ready').catch(() => null))?.status === 200;
  });
  client.close();
  return {
    port,
    pids: [child.pid, ...childrenOf(child.pid)],
    async stop() {
      child.kill('SIGTERM');
      await child.ended;
    },
  };
}

function childrenOf(pid) {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((candidate) => {
    try {
      const stat = readFileSync(`/proc/${candidate}/stat`, 'utf8');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid;
    } catch {
      return false;
    }
  });
}
