import { existsSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Client } from './client.mjs';
import { memoryOf, sleep, start, until } from './processes.mjs';

export const root = join(import.meta.dirname, '..', '..');

/** One instance of the platform on a data folder, started by ./run. The child is the .NET process itself. */
export class Platform {
  constructor(folder, port) {
    this.folder = folder;
    this.port = port;
    this.client = new Client(port);
    this.account = null;
  }

  static async on(folder) {
    return new Platform(folder, await freePort());
  }

  /** Starts it. Returns the seconds from the command to the first 200 of /health/ready. */
  async start() {
    const began = performance.now();
    // Without rate limits, which would otherwise limit what is measured.
    const limits = ['PerUser', 'PerIp', 'PerServiceAccount', 'PerAccount'].map((name) => [`RateLimits__${name}`, '0']);
    const environment = { ...process.env, ...Object.fromEntries(limits) };
    delete environment.ConnectionStrings__Postgres;
    this.process = start(join(root, 'run'), ['--port', String(this.port), '--data', this.folder], { env: environment, detached: true });
    await until('the platform becomes ready', async () => {
      if (this.process.exitCode !== null || this.process.signalCode !== null) {
        throw new Error(`./run ended: ${this.process.output.slice(-3000)}`);
      }

      return (await this.client.request('GET', '/health/ready').catch(() => null))?.status === 200;
    }, { pause: 20 });
    return (performance.now() - began) / 1000;
  }

  async stop() {
    if (!this.process) return;
    this.process.kill('SIGTERM');
    const stopped = await Promise.race([this.process.ended, sleep(60_000)]);
    this.process.kill('SIGKILL');
    if (!stopped) throw new Error('The platform did not stop within 60 s of SIGTERM.');
    this.process = null;
  }

  /** Kills the process with SIGKILL. The private server keeps running, and the next start takes it over. */
  async kill() {
    this.process.kill('SIGKILL');
    await this.process.ended;
    this.process = null;
    this.client.close();
    this.client = Object.assign(new Client(this.port), { token: this.client.token });
  }

  get memory() {
    return memoryOf(this.process.pid);
  }

  /** Resident memory once it is stable: three samples a second apart within one percent, after at most 20 s. */
  async settledMemory() {
    let last = [this.memory.rss];
    for (let second = 0; second < 20; second++) {
      await sleep(1000);
      last = [...last.slice(-2), this.memory.rss];
      if (last.length === 3 && Math.max(...last) < 1.01 * Math.min(...last)) break;
    }

    return this.memory;
  }

  /** Registers an organisation. This client then acts as its first user. */
  async register() {
    const email = `bench-${process.pid}-${Date.now()}@example.com`;
    const password = 'bench-3fd9c1a7e5';
    const made = await this.client.expect(201, 'POST', '/api/v1/auth/register', {
      email, password, displayName: 'Bench', accountType: 'enterprise', organisationName: 'Bench', currency: 'USD',
    });
    this.account = { email, password, organisation: made.organisation.id };
    this.client.token = made.tokens.accessToken;
  }

  /** Gets a new token. A token lasts 15 minutes, so each run starts with a new one. */
  async login() {
    const { email, password } = this.account;
    const answer = await this.client.expect(200, 'POST', '/api/v1/auth/login', { email, password });
    this.client.token = answer.tokens.accessToken;
    return this.client.token;
  }

  /** The connection settings of the private server of this instance. */
  get database() {
    const folder = join(this.folder, 'postgres');
    return {
      host: '127.0.0.1',
      port: this.postmaster(3),
      user: 'platform',
      password: readFileSync(join(folder, 'password'), 'utf8').trim(),
      database: 'platform',
    };
  }

  /** A line of the pid file of the private server: 0 is its process id, 3 its port. */
  postmaster(line = 0) {
    return Number(readFileSync(join(this.folder, 'postgres', 'data', 'postmaster.pid'), 'utf8').split('\n')[line]);
  }

  serverLog() {
    const file = join(this.folder, 'postgres', 'server.log');
    return existsSync(file) ? readFileSync(file, 'utf8').slice(-2000) : 'no log';
  }

  /** Stops everything, including the private server, and removes the data. */
  async remove() {
    await this.stop().catch((error) => console.error(error.message));
    const file = join(this.folder, 'postgres', 'data', 'postmaster.pid');
    if (existsSync(file)) {
      const pid = this.postmaster();
      process.kill(pid, 'SIGINT');
      await until('the database stops', () => !existsSync(file), { deadline: 30_000 }).catch(() => process.kill(pid, 'SIGKILL'));
    }

    // If the server's user could not access the folder, it is a link to the data.
    const postgres = join(this.folder, 'postgres');
    if (existsSync(postgres)) rmSync(realpathSync(postgres), { recursive: true, force: true });
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
