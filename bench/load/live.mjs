import { Worker } from 'node:worker_threads';
import { join } from 'node:path';
import { HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { percentile } from './statistics.mjs';
import { sleep, until } from './processes.mjs';

const metric = 'wallet.charges';

/**
 * The time from a charge to its live update at a subscribed client, under a paced load. Updates have running counts:
 * the k-th charge is in the first update whose count has grown by k. Measured from the reply's `at`, the time of the decision and so
 * before the commit: the reported delay is an upper bound. All times are from the clock of this machine.
 */
export async function live(platform, ids, { rate, seconds }) {
  const connection = new HubConnectionBuilder()
    .withUrl(`http://127.0.0.1:${platform.port}/hubs/live`, { accessTokenFactory: () => platform.client.token })
    .configureLogging(LogLevel.Error).build();
  const received = [];
  let count = null;
  const take = (values, receipt) => {
    const next = values.reduce((sum, value) => sum + value.countToday, 0);
    count = next < count ? NaN : next; // Less than before: the day (UTC) has ended.
    received.push({ count, receipt });
  };
  connection.on('snapshot', (message) => take(message.widgets.find((widget) => widget.widgetId === metric)?.values ?? [], Date.now()));
  connection.on('update', (message) => message.widgetId === metric && take(message.values, Date.now()));
  try {
    await connection.start();
    await connection.invoke('Subscribe', 'overview');
    await until('the snapshot arrives', () => count !== null, { deadline: 10_000 });
    await stillSince(received);
    const first = count;
    const sent = await paced({ port: platform.port, token: platform.client.token, ids, rate, seconds });
    await until('every charge is in an update', () => count >= first + sent.at.length, { deadline: 15_000 })
      .catch(() => {
        throw new Error(`${sent.at.length} charges were made, the updates have ${count - first}. (NaN: the UTC day ended; run it again.)`);
      });
    if (count !== first + sent.at.length) {
      throw new Error(`${sent.at.length} charges were made, the updates have ${count - first}.`);
    }

    const fromDecision = delays(sent.at, received, first);
    const fromReply = delays(sent.replied, received, first);
    return {
      charges: sent.at.length, rate: sent.at.length / sent.seconds, seconds: sent.seconds, refused: sent.refused,
      updates: received.filter(({ count: at }) => at > first).length,
      p50: percentile(fromDecision, 0.5), p99: percentile(fromDecision, 0.99), max: percentile(fromDecision, 1),
      fromReply: { p50: percentile(fromReply, 0.5), p99: percentile(fromReply, 0.99) },
      reply: { p50: percentile(sent.took, 0.5), p99: percentile(sent.took, 0.99) },
    };
  } finally {
    await connection.stop();
  }
}

function delays(instants, received, first) {
  const sorted = Float64Array.from(instants).sort();
  let next = received.findIndex(({ count }) => count > first);
  return sorted.map((instant, index) => {
    while (received[next].count < first + index + 1) next++;
    return received[next].receipt - instant;
  });
}

// Updates of earlier charges may still arrive.
async function stillSince(received) {
  for (let seen = -1; seen !== received.length;) {
    seen = received.length;
    await sleep(2000);
  }
}

/** Runs the load in a separate thread, so that it does not delay the updates received here. */
export function paced(options) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(join(import.meta.dirname, 'paced.mjs'), { workerData: options });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
