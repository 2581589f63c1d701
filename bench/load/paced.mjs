// A thread that charges random wallets at a steady rate, regardless of the answers. Reports when each was decided and answered.
import { parentPort, workerData } from 'node:worker_threads';
import { Client } from './client.mjs';
import { sleep } from './processes.mjs';

const { port, token, ids, rate, seconds } = workerData;
const client = new Client(port, 128);
client.token = token;

const body = { amount: { amount: '0.01', currency: 'USD' }, reason: 'bench' };
const at = [];
const replied = [];
const took = [];
const calls = [];
let refused = 0;
const began = performance.now();

async function charge() {
  const answer = await client.request('POST', `/api/v1/wallets/${ids[Math.floor(Math.random() * ids.length)]}/charges`, body);
  if (answer.status === 201) {
    at.push(Date.parse(JSON.parse(answer.text).at));
    replied.push(Date.now());
    took.push(answer.milliseconds);
  } else {
    refused++;
  }
}

while (performance.now() - began < seconds * 1000) {
  const due = Math.floor(((performance.now() - began) / 1000) * rate);
  while (calls.length < due) {
    calls.push(charge());
  }

  await sleep(5);
}

await Promise.all(calls);
client.close();
parentPort.postMessage({ at, replied, took, refused, seconds: (performance.now() - began) / 1000 });
