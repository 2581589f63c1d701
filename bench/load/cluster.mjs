import { mkdirSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { Client } from './client.mjs';
import { freePort } from './platform.mjs';
import { sleep, start, until } from './processes.mjs';

const root = join(import.meta.dirname, '..', '..');

/** Three silos and two APIs as separate processes, started by scripts/cluster with a private server. */
export class Cluster {
  constructor(folder) {
    this.folder = folder;
  }

  async start() {
    mkdirSync(this.folder, { recursive: true });
    const port = await portOfSeveral([0, 1, 10, 11, 12]);
    // Without rate limits, which would otherwise limit what is measured.
    const environment = { ...process.env, RateLimits__PerUser: '0', RateLimits__PerIp: '0', RateLimits__PerServiceAccount: '0' };
    delete environment.ConnectionStrings__Postgres;
    this.process = start(
      join(root, 'scripts', 'cluster'), ['--port', String(port), '--data', this.folder], { env: environment, detached: true });
    await until('the cluster becomes ready', () => {
      if (this.process.exitCode !== null || this.process.signalCode !== null) {
        throw new Error(`scripts/cluster ended: ${this.process.output}`);
      }

      return this.process.output.includes('Ctrl-C stops all');
    }, { deadline: 180_000 });
    this.ports = [port, port + 1];
  }

  /** A client of the first or the second API. */
  client(api, token = null, connections = 16) {
    return Object.assign(new Client(this.ports[api], connections), { token });
  }

  async stop() {
    if (!this.process) return;
    const child = this.process;
    this.process = null;
    child.kill('SIGTERM'); // The script stops its processes, the server last.
    if (!(await Promise.race([child.ended, sleep(60_000)]))) throw new Error('The cluster did not stop within 60 s of SIGTERM.');
  }
}

async function portOfSeveral(offsets) {
  for (;;) {
    const first = 20_000 + ((await freePort()) % 12_000); // Below the system's ephemeral ports.
    if ((await Promise.all(offsets.map((offset) => isFree(first + offset)))).every(Boolean)) return first;
  }
}

function isFree(port) {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('connect', () => { socket.destroy(); resolve(false); });
    socket.once('error', () => resolve(true));
  });
}
