import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './processes.mjs';

const project = join(import.meta.dirname, '..', 'Micro');

/** Runs the micro benchmarks of one class. Returns their mean time in microseconds and allocated bytes, by description. */
export async function micro(name) {
  const folder = mkdtempSync(join(tmpdir(), 'platform-micro-'));
  try {
    const program = join(project, 'bin', 'Release', 'net10.0', 'Platform.Micro.dll');
    await run('dotnet', [program, '--filter', `*.${name}.*`, '--exporters', 'json', '--artifacts', folder]);
    const results = join(folder, 'results');
    const report = JSON.parse(readFileSync(join(results, readdirSync(results).find((file) => file.endsWith('.json'))), 'utf8'));
    const failed = report.Benchmarks.filter((benchmark) => !benchmark.Statistics);
    if (report.Benchmarks.length === 0 || failed.length > 0) {
      throw new Error(`Micro benchmarks of ${name} without a result: ${failed.map((benchmark) => benchmark.Method).join(', ') || 'all'}.`);
    }

    return Object.fromEntries(report.Benchmarks.map((benchmark) => [benchmark.MethodTitle.replace(/^'|'$/g, ''), {
      microseconds: benchmark.Statistics.Mean / 1000, bytes: benchmark.Memory?.BytesAllocatedPerOperation,
    }]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
