// A thread of clients that each read wallets at a steady rate, regardless of the answers. A delay counts from when the request
// was due, so that a slow answer does not hide delays by reducing the number of requests.
import { parentPort, workerData } from 'node:worker_threads';
import { Client } from './client.mjs';
import { sleep } from './processes.mjs';

const { port, token, ids, clients, rate, seconds } = workerData;
const delays = [];
let refused = 0;
const began = performance.now();

async function read(number) {
  const client = new Client(port, 1);
  client.token = token;
  const pause = (1000 * clients) / rate;
  for (let due = began + (number * pause) / clients; due < began + seconds * 1000; due += pause) {
    await sleep(Math.max(0, due - performance.now()));
    const started = Math.min(due, performance.now()); // A timer may fire early.
    const answer = await client.request('GET', `/api/v1/wallets/${ids[Math.floor(Math.random() * ids.length)]}`);
    if (answer.status === 200) delays.push(performance.now() - started);
    else refused++;
  }

  client.close();
}

await Promise.all(Array.from({ length: clients }, (_, number) => read(number)));
parentPort.postMessage({ delays, refused, seconds: (performance.now() - began) / 1000 });
