import { Worker } from 'node:worker_threads';
import { join } from 'node:path';
import { Client, parallel } from './client.mjs';
import { percentile } from './statistics.mjs';

export const password = 'bench-3fd9c1a7e5';

/** Adds users to the organisation. Returns their addresses. */
export async function addUsers(platform, count) {
  const stamp = `${process.pid}-${Date.now()}`;
  return parallel(count, 8, async (index) => {
    const email = `bench-${stamp}-${index}@example.com`;
    await platform.client.expect(201, 'POST', '/api/v1/users', { email, displayName: `Bench ${index}`, password });
    return email;
  });
}

/** Clients that sign in again as soon as they are answered. Also returns the refresh token of each session. */
export async function loginLoad(platform, emails, { clients, seconds }) {
  const client = new Client(platform.port, clients);
  const took = [];
  const tokens = [];
  const refused = {};
  let next = 0;
  const began = performance.now();
  const ended = () => performance.now() - began >= seconds * 1000;
  await Promise.all(Array.from({ length: clients }, async () => {
    while (!ended()) {
      const answer = await client.request('POST', '/api/v1/auth/login', { email: emails[next++ % emails.length], password });
      if (answer.status === 200) {
        if (!ended()) took.push(answer.milliseconds);
        tokens.push(JSON.parse(answer.text).tokens.refreshToken);
      } else {
        refused[answer.status] = (refused[answer.status] ?? 0) + 1;
      }
    }
  }));
  client.close();
  return { rate: took.length / seconds, accepted: took.length, refused, tokens, p50: percentile(took, 0.5), p99: percentile(took, 0.99) };
}

/** Clients that go through the sessions in turn and exchange the refresh token of each. */
export async function refreshLoad(platform, tokens, { clients, seconds }) {
  const client = new Client(platform.port, clients);
  const current = [...tokens];
  const took = [];
  const refused = {};
  let spent = 0;
  const began = performance.now();
  await Promise.all(Array.from({ length: Math.min(clients, tokens.length) }, async (_, number) => {
    for (let session = number; performance.now() - began < seconds * 1000;) {
      const answer = await client.request('POST', '/api/v1/auth/refresh', { refreshToken: current[session] });
      if (answer.status === 200) {
        const { refreshToken } = JSON.parse(answer.text).tokens;
        if (refreshToken === current[session]) throw new Error('A refresh returned the token that was exchanged.');
        current[session] = refreshToken;
        spent++;
        if (performance.now() - began < seconds * 1000) took.push(answer.milliseconds);
      } else {
        refused[answer.status] = (refused[answer.status] ?? 0) + 1;
      }

      session = session + clients < current.length ? session + clients : number;
    }
  }));
  client.close();
  return {
    rate: took.length / seconds, accepted: spent, refused, sessions: tokens.length,
    p50: percentile(took, 0.5), p99: percentile(took, 0.99),
  };
}

/** Reads wallets at a steady rate in a separate thread, so that this process does not delay the reads. */
export function readers(platform, ids, { clients, rate, seconds }) {
  const worker = new Worker(join(import.meta.dirname, 'readers.mjs'), {
    workerData: { port: platform.port, token: platform.client.token, ids, clients, rate, seconds },
  });
  return new Promise((resolve, reject) => {
    worker.once('message', ({ delays, refused, seconds: lasted }) => resolve({
      rate: delays.length / lasted, accepted: delays.length, refused,
      p50: percentile(delays, 0.5), p99: percentile(delays, 0.99), max: percentile(delays, 1),
    }));
    worker.once('error', reject);
  });
}

export const total = (refused) => Object.values(refused).reduce((sum, count) => sum + count, 0);
