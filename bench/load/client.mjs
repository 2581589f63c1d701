import http from 'node:http';
import { randomUUID } from 'node:crypto';

/** An HTTP client with a bounded number of keep-alive connections. Every POST gets a new Idempotency-Key unless one is given. */
export class Client {
  constructor(port, connections = 64) {
    this.port = port;
    this.token = null;
    this.agent = new http.Agent({ keepAlive: true, maxSockets: connections, maxFreeSockets: connections });
  }

  request(method, path, body, key = method === 'POST' ? randomUUID() : undefined) {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers = {};
    if (this.token) headers.authorization = `Bearer ${this.token}`;
    if (key) headers['idempotency-key'] = key;
    if (payload) {
      headers['content-type'] = 'application/json';
      headers['content-length'] = Buffer.byteLength(payload);
    }

    return new Promise((resolve, reject) => {
      const began = performance.now();
      const options = { host: '127.0.0.1', port: this.port, method, path, headers, agent: this.agent, timeout: 30_000 };
      const call = http.request(options, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part) => { text += part; });
        response.on('end', () => resolve({ status: response.statusCode, text, milliseconds: performance.now() - began }));
        response.on('error', reject);
      });
      call.on('timeout', () => call.destroy(new Error(`${method} ${path}: no answer within 30 s`)));
      call.on('error', reject);
      call.end(payload);
    });
  }

  /** Like request, but throws unless the status is the expected one. Returns the parsed body. */
  async expect(status, method, path, body, key) {
    const answer = await this.request(method, path, body, key);
    if (answer.status !== status) {
      throw new Error(`${method} ${path} answered ${answer.status} instead of ${status}: ${answer.text.slice(0, 500)}`);
    }

    return answer.text ? JSON.parse(answer.text) : undefined;
  }

  close() {
    this.agent.destroy();
  }
}

/** Calls work(0) to work(count - 1), at most width at a time. Returns the results. */
export async function parallel(count, width, work) {
  const answers = new Array(count);
  let next = 0;
  await Promise.all(Array.from({ length: Math.min(width, count) }, async () => {
    while (next < count) {
      const index = next++;
      answers[index] = await work(index);
    }
  }));
  return answers;
}
